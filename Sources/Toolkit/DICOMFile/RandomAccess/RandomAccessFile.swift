// SPDX-License-Identifier: Apache-2.0

import DICOMCore

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// A file of which parts are read, opened as long as somebody refers to it.
public final class RandomAccessFile: RandomAccessBytes {
  public let path: String
  public let count: Int
  private let descriptor: Int32

  /// - Throws: `ReadError.Code.inputFailed` where there is no such file, or it is not to be read, or a folder.
  public init(_ path: String) throws(ReadError) {
    self.path = path
    descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else {
      let reason = Self.reason
      throw ReadError(.inputFailed, "\(path) cannot be opened: \(reason).")
    }
    var status = stat()
    guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
      close(descriptor)
      throw ReadError(.inputFailed, "\(path) is no file.")
    }
    count = Int(status.st_size)
  }

  deinit { close(descriptor) }

  public func read(_ range: Range<Int>) throws(ReadError) -> ByteSlice {
    let memory = UnsafeMutableRawPointer.allocate(byteCount: max(range.count, 1), alignment: 16)
    var done = 0
    while done < range.count {
      let part = pread(descriptor, memory + done, range.count - done, off_t(range.lowerBound + done))
      if part == 0 { break }
      if part < 0 {
        if errno == EINTR { continue }
        let reason = Self.reason
        memory.deallocate()
        throw ReadError(.inputFailed, "\(path) cannot be read: \(reason).", offset: range.lowerBound + done)
      }
      done += part
    }
    return ByteSlice(ByteStorage(base: memory, count: done) { base, _ in base.deallocate() })
  }

  private static var reason: String { String(cString: strerror(errno)) }
}
