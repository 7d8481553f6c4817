// SPDX-License-Identifier: Apache-2.0

/// Lines of a static string, ordered by their first field, fields separated by `|`.
struct TextTable: Sendable {
  let text: StaticString

  /// All lines, split into fields.
  var lines: [[String]] {
    text.withUTF8Buffer { bytes in
      bytes.split(separator: 0x0A).map { Self.fields($0) }
    }
  }

  /// The line whose first field is `key`.
  func line(_ key: String) -> [String]? {
    let wanted = Array(key.utf8)
    return text.withUTF8Buffer { bytes in
      var low = 0
      var high = bytes.count
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

  private static func fields(_ line: Slice<UnsafeBufferPointer<UInt8>>) -> [String] {
    line.split(separator: 0x7C, omittingEmptySubsequences: false).map { String(decoding: $0, as: UTF8.self) }
  }
}
