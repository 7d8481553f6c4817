// SPDX-License-Identifier: Apache-2.0

/// A Huffman table of ISO/IEC 10918-1 Annex C for the difference categories 0 to 16, decoded through a look-up of all
/// 16-bit prefixes.
struct HuffmanTable {
  /// For each 16-bit prefix the code length in the upper and the category in the lower byte; 0 where no code fits.
  let lookup: [UInt16]

  /// - Parameters:
  ///   - counts: number of codes of lengths 1 to 16.
  ///   - values: their categories in order of the codes.
  init?(counts: [Int], values: [UInt8]) {
    var table = [UInt16](repeating: 0, count: 1 << 16)
    var prefix = 0
    var next = 0
    for length in 1...16 {
      let span = 1 << (16 - length)
      for _ in 0..<counts[length - 1] {
        guard next < values.count, values[next] <= 16, prefix + span <= 1 << 16 else { return nil }
        let entry = UInt16(length) << 8 | UInt16(values[next])
        table.withUnsafeMutableBufferPointer { buffer in
          buffer.baseAddress.map { ($0 + prefix).update(repeating: entry, count: span) }
        }
        prefix += span
        next += 1
      }
    }
    lookup = table
  }
}
