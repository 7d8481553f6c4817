// SPDX-License-Identifier: Apache-2.0

/// What the defined terms of Specific Character Set mean for decoding (PS3.3 §C.12.1.1.2).
enum CharacterSetDeclaration {
  /// UTF-8, without code extensions.
  case utf8
  /// One encoding for all bytes, by its name for iconv, without code extensions.
  case whole(String)
  /// Initial G0 and G1, and what else escape sequences may designate when writing (PS3.5 §6.1.2.5).
  case extensible(g0: CodeElement, g1: CodeElement?, others: [CodeElement])

  init(_ terms: [String]) {
    let elements = terms.map { Self.elements($0) }
    switch Self.normalized(terms.first ?? "") {
    case "IR 192", "UTF 8", "UTF8": self = .utf8
    case "GB18030": self = .whole("GB18030")
    case "GBK": self = .whole("GBK")
    default:
      let first = elements.first ?? []
      let later = elements.dropFirst().flatMap { $0 }
      self = .extensible(
        g0: first.contains(.romaji) ? .romaji : .ascii, g1: first.first { !$0.isG0 },
        others: (first + later).filter { $0 != .ascii })
    }
  }

  static func isKnown(_ term: String) -> Bool {
    ["IR 192", "GB18030", "GBK", "IR 6"].contains(normalized(term)) || !elements(term).isEmpty
  }

  /// The code elements of one defined term.
  private static func elements(_ term: String) -> [CodeElement] {
    switch normalized(term) {
    case "IR 6": [.ascii]
    case "IR 13": [.romaji, .katakana]
    case "IR 100": [.latin1]
    case "IR 101": [.latin2]
    case "IR 109": [.latin3]
    case "IR 110": [.latin4]
    case "IR 144": [.cyrillic]
    case "IR 127": [.arabic]
    case "IR 126": [.greek]
    case "IR 138": [.hebrew]
    case "IR 148": [.latin5]
    case "IR 203": [.latin9]
    case "IR 166": [.thai]
    case "IR 87": [.kanji]
    case "IR 159": [.supplementaryKanji]
    case "IR 149": [.korean]
    case "IR 58": [.chinese]
    default: []
    }
  }

  /// `ISO_IR 100`, `ISO 2022 IR 100` and misspellings such as `ISO-IR 100` all become `IR 100`.
  private static func normalized(_ term: String) -> String {
    let words = term.uppercased().split { $0 == " " || $0 == "_" || $0 == "-" }.map(String.init)
    return words.drop { $0 == "ISO" || $0 == "2022" }.joined(separator: " ")
  }
}
