// SPDX-License-Identifier: Apache-2.0

import Radiology

/// Words of reports and names that are as frequent as words are.
enum Vocabulary {
  static let families = [
    "Smith", "Müller", "García", "Johnson", "Nguyen", "Schmidt", "Rossi", "Dubois", "Kowalski", "Novák", "Silva",
  ]
  static let given = ["Anna", "John", "Willem", "María", "Luca", "Jean", "Eva", "Petr", "Aisha", "Tom"]
  static let modalities = ["CT", "MR", "DX", "DX", "DX", "US", "US", "MG", "NM", "PT"]
  static let rooms = 20

  /// Words that begin the texts of a language, the frequent ones first.
  static let languages: [(tag: String, words: [String], negation: String)] = [
    ("en", ["normal", "lung", "fracture", "effusion", "appendicitis", "nodule", "enlarged", "liver"], "no"),
    ("es", ["normal", "pulmón", "fractura", "derrame", "apendicitis", "nódulo", "lesiones", "hígado"], "sin"),
    ("fr", ["normal", "poumon", "fracture", "épanchement", "appendicite", "nodule", "dilatée", "foie"], "sans"),
    ("it", ["normale", "polmone", "frattura", "versamento", "appendicite", "nodulo", "aumentato", "fegato"], "senza"),
    ("cs", ["normální", "plíce", "zlomenina", "výpotek", "apendicitida", "ložisko", "zvětšený", "játra"], "bez"),
  ]

  static func text(_ language: Int, _ words: Int, _ chance: inout Chance) -> String {
    let (_, own, negation) = languages[language]
    var text = ""
    for index in 0..<words {
      if index > 0 { text += index % 9 == 0 ? ". " : " " }
      switch chance.next(8) {
      case 0: text += own[chance.rank(own.count)]
      case 1 where chance.next(4) == 0: text += negation
      default: text += "word\(syllables(chance.rank(5000)))"
      }
    }
    return text
  }

  /// A number as letters, since a stemmer looks at these.
  static func syllables(_ number: Int) -> String {
    let letters = ["ba", "ke", "li", "mo", "nu", "ra", "se", "ti", "vo", "zu"]
    return String(number).compactMap { $0.wholeNumberValue }.map { letters[$0] }.joined() + "k"
  }
}
