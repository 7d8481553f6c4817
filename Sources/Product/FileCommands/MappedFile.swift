// SPDX-License-Identifier: Apache-2.0

import DICOMCore
import Foundation

/// The bytes of a file: small ones read, large ones mapped, so that only what is used is read.
enum MappedFile {
  /// Files up to this size are read at once.
  private static let smallest = 1 << 20

  static func bytes(_ path: String) throws -> ByteSlice {
    let file = open(path, O_RDONLY)
    guard file >= 0 else { throw CommandFailure(String(cString: strerror(errno))) }
    defer { close(file) }
    var status = stat()
    guard fstat(file, &status) == 0 else { throw CommandFailure(String(cString: strerror(errno))) }
    guard status.st_mode & S_IFMT == S_IFREG else { throw CommandFailure("is no file") }
    let count = Int(status.st_size)
    if count > smallest, let base = mmap(nil, count, PROT_READ, MAP_PRIVATE, file, 0), base != MAP_FAILED {
      return ByteSlice(ByteStorage(base: base, count: count) { munmap(UnsafeMutableRawPointer(mutating: $0), $1) })
    }
    let memory = UnsafeMutableRawPointer.allocate(byteCount: max(count, 1), alignment: 16)
    var done = 0
    while done < count {
      let part = read(file, memory + done, count - done)
      if part <= 0 { break }
      done += part
    }
    return ByteSlice(ByteStorage(base: memory, count: done) { base, _ in base.deallocate() })
  }
}
