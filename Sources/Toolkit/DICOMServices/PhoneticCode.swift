// SPDX-License-Identifier: Apache-2.0

/// How a Latin name sounds, roughly: the American Soundex code, not cut off after three digits but after six.
public enum PhoneticCode {
  private static let length = 7

  /// - Parameter word: folded (`TextFolding`).
  /// - Returns: nil for words that do not begin with a Latin letter.
  public static func code(_ word: String) -> String? {
    let letters = word.utf8.filter { (0x61...0x7A).contains($0) }
    guard let first = word.utf8.first, let initial = letters.first, first == initial else { return nil }
    var result: [UInt8] = [initial - 0x20]
    var last = group(initial)
    for letter in letters.dropFirst() {
      let next = group(letter)
      switch letter {
      case UInt8(ascii: "h"), UInt8(ascii: "w"): continue
      default:
        if next != 0, next != last { result.append(0x30 + next) }
        last = next
      }
      if result.count == length { break }
    }
    return String(decoding: result, as: UTF8.self)
  }

  private static func group(_ letter: UInt8) -> UInt8 {
    switch Character(Unicode.Scalar(letter)) {
    case "b", "f", "p", "v": 1
    case "c", "g", "j", "k", "q", "s", "x", "z": 2
    case "d", "t": 3
    case "l": 4
    case "m", "n": 5
    case "r": 6
    default: 0
    }
  }
}
