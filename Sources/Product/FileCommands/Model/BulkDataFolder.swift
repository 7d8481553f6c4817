// SPDX-License-Identifier: Apache-2.0

import DICOMCore
import DICOMFile
import Foundation

/// Values that a model refers to, each a file of a folder.
final class BulkDataFolder: Sendable {
  private let folder: String
  private let prefix: String

  /// Creates the folder where it is absent.
  init(_ folder: String, prefix: String) throws {
    self.folder = folder
    self.prefix = prefix
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
  }

  /// A beginning of names that no other file of the call has.
  static func prefix(_ file: String, _ index: Int, _ count: Int) -> String {
    let name = file == "-" ? "stdin" : file.split(separator: "/").last.map(String.init) ?? "file"
    let safe = name.utf8.map { byte in
      switch byte {
      case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2D, 0x2E, 0x5F: byte
      default: UInt8(ascii: "_")
      }
    }
    let plain = String(decoding: safe, as: UTF8.self)
    return index == 0 && count == 1 ? plain : "\(index + 1)-\(plain)"
  }

  /// The reference to the value of an element: the name of its file, which needs no escape in a URI.
  /// What an earlier call may have left of it is removed.
  func uri(_ path: String) -> String {
    let uri = "\(prefix).\(path.replacing("/", with: ".")).bin"
    unlink(folder + "/" + uri + ".partial")
    return uri
  }

  /// Appends a piece of a value.
  func write(_ uri: String, _ bytes: ByteSlice, isLast: Bool) throws {
    let path = folder + "/" + uri
    let partial = path + ".partial"
    let file = open(partial, O_WRONLY | O_CREAT | O_APPEND, 0o666)
    guard file >= 0 else { throw CommandFailure("\(path): \(String(cString: strerror(errno)))") }
    defer { close(file) }
    try bytes.withUnsafeBytes { buffer in
      var done = 0
      while done < buffer.count {
        let count = Foundation.write(file, buffer.baseAddress.map { $0 + done }, buffer.count - done)
        guard count > 0 else { throw CommandFailure("\(path): \(String(cString: strerror(errno)))") }
        done += count
      }
    }
    if isLast, rename(partial, path) != 0 { throw CommandFailure("\(path): \(String(cString: strerror(errno)))") }
  }

  /// The value behind a reference, which a stranger may have written: only a file of the folder itself, never another
  /// place.
  static func resolve(_ uri: String, in folder: String) throws(ReadError) -> ByteSlice? {
    guard !uri.isEmpty else { return nil }
    guard !uri.contains("/"), !uri.contains("\\"), uri != "..", uri != ".", !uri.contains("\0") else {
      throw ReadError(.invalidBulkData, "\(uri.prefix(200)) names no file of the folder of bulk data.")
    }
    do {
      return try MappedFile.bytes(folder + "/" + uri)
    } catch {
      throw ReadError(.invalidBulkData, "The bulk data \(uri.prefix(200)) cannot be read: \(error).")
    }
  }
}
