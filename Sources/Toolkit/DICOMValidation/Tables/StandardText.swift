// SPDX-License-Identifier: Apache-2.0

/// Lines of a static string, found by their first field.
struct StandardText: Sendable {
  static let definitions = StandardText(IODTable.lines)
  static let functionalGroups = StandardText(IODTable.functionalGroups)
  static let directoryRecords = StandardText(DirectoryRecordTable.lines)
  static let relationships = StandardText(RelationshipTable.lines)

  private let text: StaticString
  /// Where the fields behind the first one stand.
  private let places: [String: Range<Int>]

  private init(_ text: StaticString) {
    self.text = text
    var places: [String: Range<Int>] = [:]
    text.withUTF8Buffer { bytes in
      for line in bytes.split(separator: 0x0A) {
        let key = line.prefix { $0 != 0x7C }
        places[String(decoding: key, as: UTF8.self)] = min(key.endIndex + 1, line.endIndex)..<line.endIndex
      }
    }
    self.places = places
  }

  /// All lines of a table, without splitting into fields.
  static func lines(_ text: StaticString) -> [String] {
    text.withUTF8Buffer { bytes in
      bytes.split(separator: 0x0A).map { String(decoding: $0, as: UTF8.self) }
    }
  }

  /// The fields behind the first one of the line that begins with `key`.
  func fields(_ key: String) -> [String]? {
    guard let place = places[key] else { return nil }
    return text.withUTF8Buffer { bytes in
      bytes[place].split(separator: 0x7C, omittingEmptySubsequences: false).map {
        String(decoding: $0, as: UTF8.self)
      }
    }
  }
}
