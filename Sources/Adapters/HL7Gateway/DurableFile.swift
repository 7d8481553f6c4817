// SPDX-License-Identifier: Apache-2.0

import Foundation

/// Files that are on the disk when the call returns.
enum DurableFile {
  /// What the operating system refused.
  struct Failure: Error, CustomStringConvertible {
    let act: String
    let path: String
    let code: Int32

    var description: String { "\(act) \(path): \(String(cString: strerror(code)))" }
  }

  /// Writes a new file, flushes it and the folder's entry of it.
  static func write(_ bytes: [UInt8], to path: String, in folder: String) throws {
    let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { throw Failure(act: "create", path: path, code: errno) }
    defer { close(descriptor) }
    var written = 0
    while written < bytes.count {
      let count = bytes.withUnsafeBytes { buffer in
        #if canImport(Glibc)
          Glibc.write(descriptor, buffer.baseAddress.map { $0 + written }, buffer.count - written)
        #else
          Darwin.write(descriptor, buffer.baseAddress.map { $0 + written }, buffer.count - written)
        #endif
      }
      if count < 0 {
        if errno == EINTR { continue }
        throw Failure(act: "write", path: path, code: errno)
      }
      written += count
    }
    guard fsync(descriptor) == 0 else { throw Failure(act: "flush", path: path, code: errno) }
    try flushFolder(folder)
  }

  /// Flushes the entries of a folder.
  static func flushFolder(_ folder: String) throws {
    let descriptor = open(folder, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw Failure(act: "open", path: folder, code: errno) }
    defer { close(descriptor) }
    guard fsync(descriptor) == 0 else { throw Failure(act: "flush", path: folder, code: errno) }
  }
}
