// SPDX-License-Identifier: Apache-2.0

/// Lines of a static string in ascending order of their bytes, fields separated by `|`.
struct SortedLines: Sendable {
  let text: StaticString

  /// The fields of the first line that begins with `prefix`, which ends in `|`.
  func first(_ prefix: String) -> [String]? {
    let wanted = Array(prefix.utf8)
    return text.withUTF8Buffer { bytes in
      var low = 0
      var high = bytes.count
      while low < high {
        var start = (low + high) / 2
        while start > low, bytes[start - 1] != 0x0A { start -= 1 }
        var end = start
        while end < bytes.count, bytes[end] != 0x0A { end += 1 }
        let line = bytes[start..<end]
        if line.starts(with: wanted) { return Self.fields(line) }
        if line.lexicographicallyPrecedes(wanted) { low = end + 1 } else { high = start }
      }
      return nil
    }
  }

  /// The fields of all lines that begin with `prefix`.
  func all(_ prefix: String) -> [[String]] {
    let wanted = Array(prefix.utf8)
    return text.withUTF8Buffer { bytes in
      bytes.split(separator: 0x0A).filter { $0.starts(with: wanted) }.map(Self.fields)
    }
  }

  static func fields(_ line: Slice<UnsafeBufferPointer<UInt8>>) -> [String] {
    line.split(separator: 0x7C, omittingEmptySubsequences: false).map { String(decoding: $0, as: UTF8.self) }
  }
}
