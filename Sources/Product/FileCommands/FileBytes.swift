// SPDX-License-Identifier: Apache-2.0

import DICOMCore
import Foundation

/// The bytes of a file or, for `-`, of the standard input, read piece by piece.
struct FileBytes {
  /// Bytes that are read at a time, more than any File Meta Information has.
  static let pieceLength = 1 << 20

  private let handle: FileHandle

  init(_ path: String) throws {
    if path == "-" {
      handle = .standardInput
    } else if let file = FileHandle(forReadingAtPath: path) {
      var isFolder: ObjCBool = false
      if FileManager.default.fileExists(atPath: path, isDirectory: &isFolder), isFolder.boolValue {
        throw CommandFailure("is a folder")
      }
      handle = file
    } else {
      throw CommandFailure("cannot be opened")
    }
  }

  /// The next piece, full unless it is the last one; nil at the end.
  func next() throws -> ByteSlice? {
    var piece: [UInt8] = []
    while piece.count < Self.pieceLength {
      guard let part = try handle.read(upToCount: Self.pieceLength - piece.count), !part.isEmpty else { break }
      piece += part
    }
    return piece.isEmpty ? nil : ByteSlice(piece)
  }

  /// All that remains.
  func readAll() throws -> ByteSlice {
    ByteSlice([UInt8](try handle.readToEnd() ?? Data()))
  }
}
