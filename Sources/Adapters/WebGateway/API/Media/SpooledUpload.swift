// SPDX-License-Identifier: Apache-2.0

import Archive
import NIOCore

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif
#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// What a client uploads and is to be read from any place, in a file without a name: it is gone when nobody holds it,
/// also when the server ends. Functions block.
final class SpooledUpload: @unchecked Sendable {  // Written by one thread at a time, then only read.
  private let file: Int32
  private(set) var length: Int64 = 0

  /// - Parameter folder: made where it is not there; empty is the system's for temporary files.
  init(folder: String) throws {
    let folder = folder.isEmpty ? FileManager.default.temporaryDirectory.path : folder
    try FileManager.default.createDirectory(
      atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    var name = Array((folder + "/upload.XXXXXX").utf8CString)
    file = mkstemp(&name)
    guard file >= 0 else { throw Self.failure() }
    unlink(name)
  }

  deinit { close(file) }

  func append(_ buffer: ByteBuffer) throws {
    try buffer.withUnsafeReadableBytes { bytes in
      var done = 0
      while done < bytes.count {
        let part = write(file, bytes.baseAddress.map { $0 + done }, bytes.count - done)
        if part < 0, errno == EINTR { continue }
        guard part > 0 else { throw Self.failure() }
        done += part
      }
    }
    length += Int64(buffer.readableBytes)
  }

  func read(_ offset: Int64, _ count: Int) throws -> [UInt8] {
    try [UInt8](unsafeUninitializedCapacity: count) { bytes, done in
      while done < count {
        let part = pread(file, bytes.baseAddress.map { $0 + done }, count - done, off_t(offset) + off_t(done))
        if part < 0, errno == EINTR { continue }
        guard part > 0 else { throw Self.failure() }
        done += part
      }
    }
  }

  private static func failure() -> ArchiveError {
    errno == ENOSPC || errno == EDQUOT
      ? ArchiveError(.storageFull, "there is no space for what is uploaded")
      : ArchiveError(.storageFailed, "what is uploaded cannot be kept: \(String(cString: strerror(errno)))")
  }
}
