// SPDX-License-Identifier: Apache-2.0

/// Takes the endings of case and gender from folded Czech words: light, so that words of different meaning stay apart.
enum CzechStemmer {
  /// Longest first. A stem keeps at least three letters.
  private static let endings: [String] = [
    "atech", "ovych", "ovymi", "ovemu", "oveho", "etech", "ymi", "imi", "ami", "emi", "ych", "ich", "eho", "emu", "iho",
    "imu", "ach", "ech", "ata", "aty", "ove", "ovi", "ova", "ovy", "ete", "ou", "em", "es", "um", "am", "im", "ym",
    "mi",
    "a", "e", "i", "o", "u", "y",
  ]

  static func stem(_ word: String) -> String {
    for ending in endings where word.hasSuffix(ending) && word.utf8.count - ending.utf8.count >= 3 {
      return palatalised(String(word.dropLast(ending.utf8.count)))
    }
    return palatalised(word)
  }

  /// Consonants that change before some endings come back: `plice`, `plic`; `noze`, `noha`.
  private static func palatalised(_ stem: String) -> String {
    guard stem.utf8.count > 3, let last = stem.last else { return stem }
    switch last {
    case "c": return stem.dropLast() + "k"
    case "z": return stem.dropLast() + "h"
    default: return stem
    }
  }
}
