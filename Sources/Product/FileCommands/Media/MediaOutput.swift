// SPDX-License-Identifier: Apache-2.0

import DICOMCore
import DICOMMedia
import Foundation

/// Where a file-set is written: a folder, or a ZIP file (PS3.12 Annex V).
enum MediaOutput {
  case folder(String)
  case zip(PartialFile, ZipWriter)

  /// - Throws: where something stands there already.
  init(_ path: String) throws {
    if path.lowercased().hasSuffix(".zip") {
      let now = Calendar(identifier: .gregorian).dateComponents(
        [.year, .month, .day, .hour, .minute, .second], from: Date())
      let timestamp = ZipWriter.Timestamp(
        year: now.year ?? 0, month: now.month ?? 1, day: now.day ?? 1, hour: now.hour ?? 0, minute: now.minute ?? 0,
        second: now.second ?? 0)
      self = .zip(try PartialFile(path, replaces: false), ZipWriter(timestamp: timestamp))
      return
    }
    let names = (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []
    guard names.isEmpty else { throw CommandFailure("\(path): is not empty") }
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    self = .folder(path)
  }

  /// Writes a file at a path below the root.
  mutating func write(_ pieces: [ByteSlice], at name: String) throws {
    switch self {
    case .folder(let root):
      let path = root + "/" + name
      try FileManager.default.createDirectory(
        atPath: (path as NSString).deletingLastPathComponent, withIntermediateDirectories: true)
      try AtomicFile.write(pieces, to: path, replaces: false)
    case .zip(let file, var writer):
      let length = pieces.reduce(0) { $0 + $1.count }
      try file.write(ByteSlice(writer.begin(name, mayBeLarge: length >= 1 << 31)))
      for piece in pieces { try file.write(ByteSlice(piece.withUnsafeBytes { writer.write($0) })) }
      try file.write(ByteSlice(writer.end()))
      self = .zip(file, writer)
    }
  }

  mutating func finish() throws {
    guard case .zip(let file, var writer) = self else { return }
    try file.write(ByteSlice(writer.finish()))
    try file.finish()
  }

  /// Removes a ZIP file that is not whole.
  func discard() {
    if case .zip(let file, _) = self { file.discard() }
  }
}
