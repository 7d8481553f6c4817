// SPDX-License-Identifier: Apache-2.0

import DICOMCore
import DICOMDictionary
import DICOMFile
import Foundation

/// Reads of a file only what some attributes need: its beginning, up to the last one that is wanted.
struct HeaderScan {
  /// What was found.
  struct Result: Sendable {
    let transferSyntax: TransferSyntax
    /// Group 0002.
    let meta: DataSet
    /// The root elements that are wanted.
    let dataSet: DataSet
    /// Length of the file in bytes.
    let size: Int
  }

  /// Bytes that are read first; the headers of most objects have less.
  private static let firstLength = 1 << 13
  /// Bytes that are read at a time after that.
  private static let pieceLength = 1 << 18

  private let wanted: Set<Tag>
  private let last: Tag

  /// - Parameter wanted: tags of the root; sequences come whole.
  init(wanted: Set<Tag>) {
    self.wanted = wanted
    last = wanted.max() ?? Tag(0, 0)
  }

  func read(_ path: String) throws -> Result {
    let file = open(path, O_RDONLY)
    guard file >= 0 else { throw CommandFailure(String(cString: strerror(errno))) }
    defer { close(file) }
    var status = stat()
    guard fstat(file, &status) == 0 else { throw CommandFailure(String(cString: strerror(errno))) }
    guard status.st_mode & S_IFMT == S_IFREG else { throw CommandFailure("is no file") }
    guard let first = try Self.piece(file, Self.firstLength) else {
      throw ReadError(.notDICOM, "The file is empty.")
    }
    let header = try Part10Header.parse(first)
    var scanner = IndexScanner(transferSyntax: header.transferSyntax, wanted: wanted, last: last)
    try first[min(header.dataSetOffset, first.count)..<first.count].withUnsafeBytes { try scanner.scan($0) }
    while !scanner.isDone {
      guard let piece = try Self.piece(file, Self.pieceLength) else {
        try scanner.finish()
        break
      }
      try piece.withUnsafeBytes { try scanner.scan($0) }
    }
    return Result(
      transferSyntax: header.transferSyntax, meta: header.meta, dataSet: scanner.dataSet, size: Int(status.st_size))
  }

  private static func piece(_ file: Int32, _ length: Int) throws -> ByteSlice? {
    let memory = UnsafeMutableRawPointer.allocate(byteCount: length, alignment: 16)
    let count = Foundation.read(file, memory, length)
    guard count > 0 else {
      memory.deallocate()
      if count < 0 { throw CommandFailure(String(cString: strerror(errno))) }
      return nil
    }
    return ByteSlice(ByteStorage(base: memory, count: count) { base, _ in base.deallocate() })
  }
}
