// SPDX-License-Identifier: Apache-2.0

/// A Huffman table for the difference categories 0 to 16 (ISO/IEC 10918-1 Annex C, table H.2), in the caller's memory.
///
/// The first look-up takes 12 bits and mostly finds the whole difference: its code and its additional bits. Longer
/// codes are found by their length, since canonical codes of one length follow each other.
struct HuffmanTable {
  /// Bits of the first look-up: most differences of medical images fit, and four tables stay in a level 2 cache.
  static let lookupBits = 12
  private static let lookupEntries = 1 << lookupBits
  private static let longestCode = 16
  /// Words after the look-up: for each length the first prefix behind its codes, and the place of its first value.
  private static let limits = lookupEntries
  private static let places = limits + longestCode + 1
  private static let values = places + longestCode + 1
  /// Categories are 0 to 16, but a table may name one more than once.
  private static let maximumValues = 256
  /// Words of a table.
  static let wordCount = values + maximumValues

  /// How many bits an entry of the look-up takes, its code and where `remaining` is 0 the additional bits too.
  static let consumedMask: UInt32 = 0x3F
  /// The category whose additional bits follow.
  static let remainingShift: UInt32 = 6
  static let remainingMask: UInt32 = 0x1F
  /// The difference stands in the upper half.
  static let differenceShift: Int32 = 16

  let words: UnsafeMutablePointer<UInt32>

  /// Fills the table.
  /// - Parameters:
  ///   - counts: number of codes of lengths 1 to 16.
  ///   - symbols: their categories in order of the codes, at least as many as there are codes.
  /// - Returns: false where the codes do not fit or a category is above 16.
  func fill(counts: UnsafePointer<UInt8>, symbols: UnsafePointer<UInt8>) -> Bool {
    words.update(repeating: 0, count: Self.wordCount)
    var prefix = 0
    var next = 0
    for length in 1...Self.longestCode {
      let span = 1 << (Self.longestCode - length)
      words[Self.places + length] = UInt32(truncatingIfNeeded: next &<< 16 | prefix >> (Self.longestCode - length))
      for _ in 0..<Int(counts[length - 1]) {
        let category = Int(symbols[next])
        guard category <= 16, next < Self.maximumValues, prefix + span <= 1 << 16 else { return false }
        words[Self.values + next] = UInt32(truncatingIfNeeded: category)
        if length <= Self.lookupBits { fillLookup(prefix >> (Self.longestCode - Self.lookupBits), length, category) }
        prefix += span
        next += 1
      }
      words[Self.limits + length] = UInt32(truncatingIfNeeded: prefix)
    }
    return true
  }

  private func fillLookup(_ first: Int, _ length: Int, _ category: Int) {
    let span = 1 << (Self.lookupBits - length)
    let additional = category == 16 ? 0 : category
    guard length + additional <= Self.lookupBits else {
      let entry = UInt32(truncatingIfNeeded: length | category << 6)
      (words + first).update(repeating: entry, count: span)
      return
    }
    let each = span >> additional
    for bits in 0..<1 << additional {
      let difference = category == 16 ? 32_768 : Self.difference(bits, category)
      let entry = UInt32(truncatingIfNeeded: length + additional) | UInt32(truncatingIfNeeded: difference) << 16
      (words + first + bits * each).update(repeating: entry, count: each)
    }
  }

  /// The difference that additional bits of a category stand for (§H.1.2.2, table H.2).
  @inline(__always)
  static func difference(_ bits: Int, _ category: Int) -> Int {
    let half = 1 &<< (category &- 1)
    return category == 0 ? 0 : bits < half ? bits &- 2 &* half &+ 1 : bits
  }

  /// The code at the head of 16 bits, which is longer than the look-up: its length and category; nil where none fits.
  func longCode(_ prefix: Int) -> (length: Int, category: Int)? {
    for length in (Self.lookupBits + 1)...Self.longestCode where prefix < Int(words[Self.limits + length]) {
      let place = words[Self.places + length]
      let index = Int(place >> 16) + prefix >> (Self.longestCode - length) - Int(place & 0xFFFF)
      return (length, Int(words[Self.values + index]))
    }
    return nil
  }
}
