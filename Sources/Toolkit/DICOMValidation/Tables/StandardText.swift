// SPDX-License-Identifier: Apache-2.0

/// Lines of a static string, ordered by their first field.
struct StandardText: Sendable {
  let text: StaticString

  /// All lines, without splitting into fields.
  var lines: [String] {
    text.withUTF8Buffer { bytes in
      bytes.split(separator: 0x0A).map { String(decoding: $0, as: UTF8.self) }
    }
  }

  /// The fields behind the first one of the line that begins with `key`.
  func fields(_ key: String) -> [String]? {
    let wanted = Array(key.utf8)
    return text.withUTF8Buffer { bytes in
      for line in bytes.split(separator: 0x0A) {
        let first = line.prefix { $0 != 0x7C }
        guard first.elementsEqual(wanted) else { continue }
        return line.dropFirst(wanted.count + 1).split(separator: 0x7C, omittingEmptySubsequences: false).map {
          String(decoding: $0, as: UTF8.self)
        }
      }
      return nil
    }
  }
}
