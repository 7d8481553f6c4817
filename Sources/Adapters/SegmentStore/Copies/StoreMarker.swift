// SPDX-License-Identifier: Apache-2.0

import Archive
import CDirectIO

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// The file by which a side is known: an empty folder, such as that of a mount which is not there, is not taken for a
/// side that has lost everything.
enum StoreMarker {
  /// Below the folder of a side.
  static let path = SegmentFiles.folder + "/.store"
  private static let length = 32

  /// What the file of a side says; nil where there is none.
  static func read(_ root: String) -> String? {
    guard let file = fopen(root + "/" + path, "r") else { return nil }
    defer { fclose(file) }
    var bytes = [UInt8](repeating: 0, count: length)
    guard fread(&bytes, 1, length, file) == length else { return nil }
    return String(decoding: bytes, as: UTF8.self)
  }

  static func write(_ name: String, _ root: String) throws {
    try StorageFolder.make(root.hasPrefix("/") ? "" : ".", root)
    try StorageFolder.make(root, SegmentFiles.folder)
    unlink(root + "/" + path)
    do {
      let file = try StorageFile(root: root, path: path, flags: CDIO_WRITE | CDIO_CREATE)
      try Array(name.utf8).withUnsafeBytes { try file.write($0, at: 0) }
      try file.sync()
      try StorageFolder.sync(root, SegmentFiles.folder)
    } catch let refused as DirectRefused {
      throw refused.error
    }
  }

  static func make() -> String {
    var generator = SystemRandomNumberGenerator()
    return (0..<length).map { _ in String(generator.next(upperBound: UInt8(16)), radix: 16) }.joined()
  }
}
