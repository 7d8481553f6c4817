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
    switch Self.normalized(terms.first ?? "") {
    case "192": self = .utf8
    case "GB18030": self = .whole("GB18030")
    case "GBK": self = .whole("GBK")
    default:
      let elements = terms.map { Self.elements($0) }
      let first = elements.first ?? []
      let later = elements.dropFirst().flatMap { $0 }
      self = .extensible(
        g0: first.contains(.romaji) ? .romaji : .ascii, g1: first.first { !$0.isG0 },
        others: (first + later).filter { $0 != .ascii })
    }
  }

  /// Whether a term is understood, if misspelt.
  static func isKnown(_ term: String) -> Bool {
    ["192", "GB18030", "GBK"].contains(normalized(term)) || !elements(term).isEmpty
  }

  /// Whether a term is written as in the tables of PS3.3 §C.12.1.1.2.
  static func isDefinedTerm(_ term: String) -> Bool {
    let number = normalized(term)
    switch number {
    case "192": return term == "ISO_IR 192"
    case "GB18030", "GBK": return term == number
    case "6", "87", "159", "149", "58": return term == "ISO 2022 IR \(number)"
    default: return term == "ISO_IR \(number)" || term == "ISO 2022 IR \(number)"
    }
  }

  /// The code elements of one defined term.
  private static func elements(_ term: String) -> [CodeElement] {
    switch normalized(term) {
    case "6": [.ascii]
    case "13": [.romaji, .katakana]
    case "100": [.latin1]
    case "101": [.latin2]
    case "109": [.latin3]
    case "110": [.latin4]
    case "144": [.cyrillic]
    case "127": [.arabic]
    case "126": [.greek]
    case "138": [.hebrew]
    case "148": [.latin5]
    case "203": [.latin9]
    case "166": [.thai]
    case "87": [.kanji]
    case "159": [.supplementaryKanji]
    case "149": [.korean]
    case "58": [.chinese]
    default: []
    }
  }

  /// `ISO_IR 100`, `ISO 2022 IR 100` and misspellings such as `ISO-IR 100`, `iso_ir100`, `ISO 8859-1` and `latin1` all
  /// become `100`.
  private static func normalized(_ term: String) -> String {
    var name = String(
      decoding: term.uppercased().utf8.filter { (0x30...0x39).contains($0) || (0x41...0x5A).contains($0) },
      as: UTF8.self)
    for prefix in ["ISO", "2022", "IR"] where name.hasPrefix(prefix) && name != prefix {
      name.removeFirst(prefix.count)
    }
    return others[name] ?? name
  }

  /// Names of the same sets elsewhere.
  private static let others: [String: String] = [
    "UTF8": "192", "UNICODE11UTF8": "192", "ASCII": "6", "646": "6", "646US": "6", "USASCII": "6", "LATIN1": "100",
    "88591": "100", "88592": "101", "LATIN2": "101", "88593": "109", "88594": "110", "88595": "144", "88596": "127",
    "88597": "126", "88598": "138", "88599": "148", "LATIN5": "148", "885915": "203", "LATIN9": "203", "TIS620": "166",
    "885911": "166", "GB2312": "58", "KSX1001": "149", "KSC5601": "149", "JISX0201": "13", "JISX0208": "87",
    "JISX0212": "159",
  ]
}
