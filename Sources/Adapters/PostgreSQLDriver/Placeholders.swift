// SPDX-License-Identifier: Apache-2.0

/// A statement with `?` rewritten to PostgreSQL's `$1`, `$2`, …
struct Placeholders {
  let sql: String
  let count: Int

  init(_ text: String) {
    var result: [UInt8] = []
    result.reserveCapacity(text.utf8.count + 16)
    var count = 0
    var quote: UInt8?
    for byte in text.utf8 {
      if let open = quote {
        if byte == open { quote = nil }
      } else if byte == UInt8(ascii: "'") || byte == UInt8(ascii: "\"") {
        quote = byte
      } else if byte == UInt8(ascii: "?") {
        count += 1
        result.append(contentsOf: "$\(count)".utf8)
        continue
      }
      result.append(byte)
    }
    sql = String(decoding: result, as: UTF8.self)
    self.count = count
  }
}
