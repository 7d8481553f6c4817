// SPDX-License-Identifier: Apache-2.0

import DICOMCore
import DICOMDictionary
import DICOMFile
import Foundation

/// Writes rows of CSV right out of the first bytes of files that keep to the standard, without a string for each value.
struct PlainRow: Sendable {
  /// What a column takes: the name, the size, or one of the wanted elements by its place among them.
  private enum Source { case file, size, element(Int) }

  private let sources: [Source]
  private let scanner: PlainHeaderScanner

  /// Bytes that are read first, and where the header is longer.
  private static let firstLength = 1 << 12
  private static let longestLength = 1 << 16

  /// Nil where a column is more than one root element of known place.
  init?(_ columns: [ExtractColumn]) {
    var tags: [Tag] = []
    for column in columns {
      guard case .attribute(let path) = column.source else { continue }
      guard path.steps.count == 1, path.last.item == nil, case .tag(let tag) = path.last.attribute else { return nil }
      tags.append(tag)
    }
    scanner = PlainHeaderScanner(wanted: tags)
    let wanted = scanner.wanted
    sources = columns.map { column in
      switch column.source {
      case .file: .file
      case .size: .size
      case .attribute(let path):
        if case .tag(let tag) = path.last.attribute, let index = wanted.firstIndex(of: tag) {
          .element(index)
        } else {
          .file
        }
      }
    }
  }

  /// Memory for one file after the other.
  final class Scratch {
    fileprivate let bytes = UnsafeMutableRawBufferPointer.allocate(byteCount: PlainRow.longestLength, alignment: 64)
    fileprivate let places: UnsafeMutableBufferPointer<PlainHeaderScanner.Place?>

    init(_ row: PlainRow) {
      places = .allocate(capacity: row.scanner.wanted.count)
      places.initialize(repeating: nil)
    }

    deinit {
      bytes.deallocate()
      places.deinitialize().deallocate()
    }
  }

  /// Appends the row of a file; false, and nothing, where it must be read in the other way.
  func append(_ path: String, _ scratch: Scratch, to output: inout [UInt8]) -> Bool {
    guard let (count, size) = read(path, scratch) else { return false }
    let start = output.count
    for (index, source) in sources.enumerated() {
      if index > 0 { output.append(0x2C) }
      switch source {
      case .file: CSVText.append(path, to: &output)
      case .size: CSVText.append(size, to: &output)
      case .element(let number):
        guard let place = scratch.places[number], place.count > 0 else { continue }
        let value = UnsafeRawBufferPointer(rebasing: scratch.bytes[..<count])
        guard Self.append(place, value, to: &output) else {
          output.removeSubrange(start...)
          return false
        }
      }
    }
    output.append(0x0A)
    return true
  }

  /// Fills the scratch memory; nil where the file is none, or irregular.
  private func read(_ path: String, _ scratch: Scratch) -> (count: Int, size: Int)? {
    let file = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard file >= 0 else { return nil }
    defer { close(file) }
    let size = Int(lseek(file, 0, SEEK_END))
    guard size > 0 else { return nil }
    for length in [Self.firstLength, Self.longestLength] {
      let count = pread(file, scratch.bytes.baseAddress, length, 0)
      guard count > 0 else { return nil }
      let bytes = UnsafeRawBufferPointer(rebasing: scratch.bytes[..<count])
      switch scanner.scan(bytes, isWhole: count >= size, into: scratch.places) {
      case .complete: return (count, size)
      case .needsMore: continue
      case .irregular: return nil
      }
    }
    return nil
  }

  /// Appends one value; false where it is not one of plain ASCII or a short number.
  private static func append(
    _ place: PlainHeaderScanner.Place, _ bytes: UnsafeRawBufferPointer, to output: inout [UInt8]
  ) -> Bool {
    switch place.vr {
    case .US:
      guard place.count == 2 else { return false }
      let value = bytes.loadUnaligned(fromByteOffset: place.offset, as: UInt16.self).littleEndian
      CSVText.append(Int(value), to: &output)
      return true
    case .AE, .AS, .CS, .DA, .DS, .DT, .IS, .LO, .PN, .SH, .TM, .UI:
      var (first, last) = (place.offset, place.offset + place.count)
      while last > first, bytes[last - 1] == 0x20 || bytes[last - 1] == 0 { last -= 1 }
      while first < last, bytes[first] == 0x20 { first += 1 }
      let value = UnsafeRawBufferPointer(rebasing: bytes[first..<last])
      // A backslash separates values, each with padding of its own.
      guard value.allSatisfy({ (0x20...0x7E).contains($0) && $0 != 0x5C }) else { return false }
      CSVText.append(value, to: &output)
      return true
    default: return false
    }
  }
}

/// Fields of CSV (RFC 4180).
enum CSVText {
  static func append(_ text: String, to output: inout [UInt8]) {
    var text = text
    text.withUTF8 { append(UnsafeRawBufferPointer($0), to: &output) }
  }

  static func append(_ number: Int, to output: inout [UInt8]) {
    withUnsafeTemporaryAllocation(byteCount: 20, alignment: 1) { digits in
      var start = digits.count
      var rest = number.magnitude
      repeat {
        start -= 1
        digits[start] = 0x30 + UInt8(rest % 10)
        rest /= 10
      } while rest > 0
      if number < 0 { output.append(0x2D) }
      output.append(contentsOf: digits[start...])
    }
  }

  static func append(_ field: UnsafeRawBufferPointer, to output: inout [UInt8]) {
    let needsQuotes = field.contains { $0 == 0x22 || $0 == 0x2C || $0 == 0x0A || $0 == 0x0D }
    guard needsQuotes else { return output.append(contentsOf: field) }
    output.append(0x22)
    for byte in field {
      if byte == 0x22 { output.append(0x22) }
      output.append(byte)
    }
    output.append(0x22)
  }

  /// A row of texts, the values of a field separated by backslashes.
  static func append(_ row: [ExtractCell], to output: inout [UInt8]) {
    for (index, cell) in row.enumerated() {
      if index > 0 { output.append(0x2C) }
      append(cell.texts.count == 1 ? cell.texts[0] : cell.texts.joined(separator: "\\"), to: &output)
    }
    output.append(0x0A)
  }
}
