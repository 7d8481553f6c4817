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
      return settled(String(word.dropLast(ending.utf8.count)))
    }
    return settled(word)
  }

  /// The `e` of `výpotek`, `ložisek`, `jater` is not in other cases.
  private static func settled(_ stem: String) -> String {
    let letters = Array(stem.utf8)
    let end = letters.count - 1
    guard end >= 4, letters[end - 1] == UInt8(ascii: "e"), "kr".utf8.contains(letters[end]),
      !"aeiouy".utf8.contains(letters[end - 2])
    else { return palatalised(stem) }
    return String(decoding: letters.dropLast(2) + [letters[end]], as: UTF8.self)
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
