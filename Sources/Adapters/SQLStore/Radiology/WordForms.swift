// SPDX-License-Identifier: Apache-2.0

/// Puts a word without its accents into a form from which Snowball's stemmers find the same stem as from its singular:
/// they know some endings only with accents, and no plurals of Latin and Greek.
enum WordForms {
  /// What becomes of a word before it is stemmed, and whether it is a stem already.
  static func prepared(_ word: String, _ language: ReportLanguage) -> (word: String, isStem: Bool) {
    switch language {
    case .english: (english(word), false)
    case .spanish: (spanish(word), false)
    case .french: (replaced(word, [("ees", "e"), ("ee", "e")], leaving: 2), false)
    case .italian: italian(word)
    case .czech, .other: (word, false)
    }
  }

  /// What becomes of a stem.
  static func finished(_ stem: String, _ language: ReportLanguage) -> String {
    switch language {
    // `calcified`, `calcification`.
    case .english: replaced(stem, [("ifi", "if")], leaving: 2)
    default: stem
    }
  }

  /// `stenoses`, `metastases`, `prostheses`, `vertebrae`, `sarcomata`, `thrombi`; `diverticulum` like `diverticula`.
  private static func english(_ word: String) -> String {
    let changed = replaced(
      word,
      [
        ("stases", "stasis"), ("theses", "thesis"), ("physes", "physis"), ("oses", "osis"), ("omata", "oma"),
        ("ae", "a"), ("um", "a"),
      ], leaving: 3)
    guard changed == word, word.utf8.count >= 4, word.hasSuffix("i"), let before = word.utf8.dropLast().last,
      !"aeiouy".utf8.contains(before)
    else { return changed }
    return word.dropLast() + "us"
  }

  /// `lesiones`, `densidades`, `lumbares`; the stemmer knows `operación` by its accent.
  private static func spanish(_ word: String) -> String {
    var word = word
    if word.utf8.count >= 5, word.hasSuffix("es"), let before = word.utf8.dropLast(2).last,
      "nrld".utf8.contains(before)
    {
      word = String(word.dropLast(2))
    }
    return replaced(word, [("cion", "ción"), ("sion", "sión")], leaving: 1)
  }

  /// `polmonare`, `polmonari`, which is no verb; `focolaio`, `focolai`.
  private static func italian(_ word: String) -> (word: String, isStem: Bool) {
    for ending in ["are", "ari"] where word.hasSuffix(ending) && word.utf8.count >= 6 {
      return (String(word.dropLast()), true)
    }
    return (replaced(word, [("aio", "ai"), ("aia", "ai"), ("aie", "ai")], leaving: 2), false)
  }

  /// The first ending that a word has, put into another; so many letters must be left before it.
  private static func replaced(_ word: String, _ endings: [(String, String)], leaving: Int) -> String {
    for (ending, other) in endings where word.hasSuffix(ending) && word.utf8.count - ending.utf8.count >= leaving {
      return word.dropLast(ending.count) + other
    }
    return word
  }
}
