// SPDX-License-Identifier: Apache-2.0

import DICOMCore

extension Settings {
  /// Reads `CT1=ISO_IR 100,*=ISO 2022 IR 6\\ISO 2022 IR 87`.
  static func characterSets(_ text: String) throws -> [String: [String]] {
    var sets: [String: [String]] = [:]
    for part in text.split(separator: ",") {
      let sides = part.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map {
        String($0).trimmed
      }
      guard sides.count == 2, sides[0] == "*" || isAETitle(sides[0]) else {
        throw SettingsError(key: "nodeCharacterSets", reason: "\"\(part)\" is not an AE title and a character set")
      }
      let terms = sides[1].split(separator: "\\", omittingEmptySubsequences: false).map { String($0).trimmed }
      guard SpecificCharacterSet(terms: terms).isKnown else {
        throw SettingsError(key: "nodeCharacterSets", reason: "\"\(sides[1])\" is no Specific Character Set")
      }
      sets[sides[0]] = terms
    }
    return sets
  }
}

extension SettingDeclaration {
  /// A list of AE titles.
  static func titles(
    _ key: String, _ explanation: String, _ path: any WritableKeyPath<Settings, [String]> & Sendable
  ) -> SettingDeclaration {
    SettingDeclaration(
      key: key, form: "AE titles, separated by commas", explanation: explanation,
      apply: { settings, text in
        let titles = text.split(separator: ",").map { String($0).trimmed }
        for title in titles where !Settings.isAETitle(title) {
          throw SettingsError(key: key, reason: "\"\(title)\" is not an AE title")
        }
        settings[keyPath: path] = titles
      },
      show: { $0[keyPath: path].joined(separator: ",") })
  }

  /// Some of a few words.
  static func words(
    _ key: String, of known: [String], _ explanation: String, _ path: any WritableKeyPath<Settings, [String]> & Sendable
  ) -> SettingDeclaration {
    SettingDeclaration(
      key: key, form: "some of \(known.joined(separator: ", ")), separated by commas; or empty",
      explanation: explanation,
      apply: { settings, text in
        let words = text.split(separator: ",").map { String($0).trimmed }
        for word in words where !known.contains(word) {
          throw SettingsError(key: key, reason: "\"\(word)\" is none of \(known.joined(separator: ", "))")
        }
        settings[keyPath: path] = words
      },
      show: { $0[keyPath: path].joined(separator: ",") })
  }
}

extension String {
  /// Without spaces at its ends.
  fileprivate var trimmed: String {
    var text = self[...]
    while text.first == " " { text.removeFirst() }
    while text.last == " " { text.removeLast() }
    return String(text)
  }
}
