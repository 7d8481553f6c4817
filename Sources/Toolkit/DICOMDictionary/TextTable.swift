// SPDX-License-Identifier: Apache-2.0

/// Lines of a static string, ordered by their first field, fields separated by `|`.
struct TextTable: Sendable {
  let text: StaticString
  /// The bytes that are searched, from the start of a line to the end of one; nil for all.
  private let range: Range<Int>?

  init(text: StaticString, range: Range<Int>? = nil) {
    self.text = text
    self.range = range
  }

  /// All lines, split into fields.
  var lines: [[String]] {
    text.withUTF8Buffer { bytes in
      bytes[bounds(bytes)].split(separator: 0x0A).map { Self.fields($0) }
    }
  }

  /// The line whose first field is `key`.
  func line(_ key: String) -> [String]? {
    let wanted = Array(key.utf8)
    return text.withUTF8Buffer { bytes in
      var low = bounds(bytes).lowerBound
      var high = bounds(bytes).upperBound
      while low < high {
        // The line that holds the byte in the middle.
        var start = (low + high) / 2
        while start > low, bytes[start - 1] != 0x0A { start -= 1 }
        var end = start
        while end < bytes.count, bytes[end] != 0x0A { end += 1 }
        let line = bytes[start..<end]
        let first = line.prefix { $0 != 0x7C }
        if first.elementsEqual(wanted) { return Self.fields(line) }
        if first.lexicographicallyPrecedes(wanted) { low = end + 1 } else { high = start }
      }
      return nil
    }
  }

  /// The last line has no line end, which ranges count.
  private func bounds(_ bytes: UnsafeBufferPointer<UInt8>) -> Range<Int> {
    range?.clamped(to: 0..<bytes.count) ?? 0..<bytes.count
  }

  private static func fields(_ line: Slice<UnsafeBufferPointer<UInt8>>) -> [String] {
    line.split(separator: 0x7C, omittingEmptySubsequences: false).map { String(decoding: $0, as: UTF8.self) }
  }
}
