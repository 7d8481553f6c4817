// SPDX-License-Identifier: Apache-2.0

import DICOMCore
import Foundation

/// Writes a file under another name beside its place and moves it there when it is whole.
enum AtomicFile {
  /// - Parameter replaces: an existing file is replaced; else its existence is an error and nothing is lost.
  static func write(_ pieces: [[UInt8]], to path: String, replaces: Bool) throws {
    try write(pieces.map { ByteSlice($0) }, to: path, replaces: replaces)
  }

  /// As above, with pieces that need not be copied.
  static func write(_ pieces: [ByteSlice], to path: String, replaces: Bool) throws {
    let file = try PartialFile(path, replaces: replaces)
    do {
      for piece in pieces { try file.write(piece) }
    } catch {
      file.discard()
      throw error
    }
    try file.finish()
  }

  /// As above, with pieces that come while it is written.
  static func write(
    to path: String, replaces: Bool, _ body: (_ piece: (ByteSlice) throws -> Void) async throws -> Void
  ) async throws {
    let file = try PartialFile(path, replaces: replaces)
    do {
      try await body { try file.write($0) }
    } catch {
      file.discard()
      throw error
    }
    try file.finish()
  }

  /// Replaces `path` by what has the permissions of `original`.
  static func write(_ pieces: [[UInt8]], to path: String, keepingModeOf original: String) throws {
    var status = stat()
    let hasMode = stat(original, &status) == 0
    try write(pieces, to: path, replaces: true)
    if hasMode { chmod(path, status.st_mode & 0o7777) }
  }
}
