// SPDX-License-Identifier: Apache-2.0

/// The languages whose endings and negations are known; texts of others are compared word by word.
enum ReportLanguage: String, CaseIterable, Sendable {
  case english = "en"
  case spanish = "es"
  case french = "fr"
  case italian = "it"
  case czech = "cs"
  case other = ""

  /// - Parameter tag: of RFC 5646; only its first part counts.
  init(_ tag: String) {
    let language = tag.lowercased().split(whereSeparator: { $0 == "-" || $0 == "_" }).first.map(String.init) ?? ""
    self = ReportLanguage(rawValue: language) ?? .other
  }

  /// Stands among the words of a text, so that those of one language are walked alone; no word of any text is like it.
  var mark: String { "0xlang0x\(rawValue)" }

  /// The algorithm of Snowball; nil where there is none.
  var snowball: String? {
    switch self {
    case .english: "english"
    case .spanish: "spanish"
    case .french: "french"
    case .italian: "italian"
    case .czech, .other: nil
    }
  }

  /// Words, folded, after which what follows is denied.
  var negations: [[String]] {
    switch self {
    case .english:
      [
        ["no"], ["not"], ["without"], ["absence", "of"], ["absent"], ["negative", "for"], ["free", "of"], ["denies"],
        ["ruled", "out"], ["nor"], ["neither"],
      ]
    case .spanish:
      [["no"], ["sin"], ["ausencia", "de"], ["negativo", "para"], ["niega"], ["ni"], ["tampoco"], ["descarta"]]
    case .french:
      [["pas"], ["sans"], ["absence", "de"], ["absence", "d"], ["aucun"], ["aucune"], ["ni"], ["indemne", "de"]]
    case .italian:
      [["non"], ["senza"], ["assenza", "di"], ["negativo", "per"], ["nessun"], ["nessuna"], ["nessuno"], ["ne"]]
    case .czech:
      [
        ["bez"], ["neni"], ["nejsou"], ["nebyl"], ["nebyla"], ["nebylo"], ["nebyly"], ["neprokazuje"], ["neprokazuji"],
        ["neprokazan"], ["neprokazana"], ["ani"], ["zadny"], ["zadna"], ["zadne"], ["nejevi"], ["neni", "patrny"],
      ]
    case .other: []
    }
  }

  /// Words, folded, at which a denial ends.
  var contrasts: Set<String> {
    switch self {
    case .english: ["but", "however", "although", "except", "yet", "with"]
    case .spanish: ["pero", "aunque", "salvo", "excepto", "sino"]
    case .french: ["mais", "cependant", "hormis", "sauf", "toutefois"]
    case .italian: ["ma", "tuttavia", "eccetto", "salvo", "pero"]
    case .czech: ["ale", "avsak", "vsak", "krome", "nicmene"]
    case .other: []
    }
  }
}
