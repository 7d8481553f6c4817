// SPDX-License-Identifier: Apache-2.0

import DICOMCore
import DICOMDictionary

/// The Palette Color Lookup Tables (PS3.3 §C.7.9), as 8-bit colours.
public struct ColourPalette: Sendable, Hashable {
  public let firstValue: Int
  public let red: [UInt8]
  public let green: [UInt8]
  public let blue: [UInt8]

  /// Reads plain or segmented tables.
  public init(_ dataSet: DataSet, isSigned: Bool) throws(PixelError) {
    let descriptors: [Tag] = [
      .redPaletteColorLookupTableDescriptor, .greenPaletteColorLookupTableDescriptor,
      .bluePaletteColorLookupTableDescriptor,
    ]
    let plain: [Tag] = [
      .redPaletteColorLookupTableData, .greenPaletteColorLookupTableData, .bluePaletteColorLookupTableData,
    ]
    let segmented: [Tag] = [
      .segmentedRedPaletteColorLookupTableData, .segmentedGreenPaletteColorLookupTableData,
      .segmentedBluePaletteColorLookupTableData,
    ]
    var first = 0
    var tables: [[UInt16]] = []
    var bits = 16
    for channel in 0..<3 {
      guard let descriptor = dataSet.integers(descriptors[channel]), descriptor.count == 3 else {
        throw PixelError(.missing, "palette without descriptor")
      }
      let count = LookupTable.count(descriptor[0])
      bits = descriptor[2] <= 8 ? 8 : 16
      first = isSigned ? Int(Int16(truncatingIfNeeded: descriptor[1])) : descriptor[1] & 0xFFFF
      if let words = LookupTable.words(dataSet, plain[channel], bits: bits, count: count), !words.isEmpty {
        tables.append(words)
      } else if let words = LookupTable.words(dataSet, segmented[channel], bits: 16, count: 1 << 20) {
        tables.append(try Self.expand(words, count: count))
      } else {
        throw PixelError(.missing, "palette without data")
      }
    }
    // Some write 8-bit colours under a descriptor of 16 bits.
    let isByte = bits == 8 || tables.allSatisfy { table in table.allSatisfy { $0 <= 0xFF } }
    func bytes(_ table: [UInt16]) -> [UInt8] {
      table.map { isByte ? UInt8(truncatingIfNeeded: $0) : UInt8($0 >> 8) }
    }
    firstValue = first
    red = bytes(tables[0])
    green = bytes(tables[1])
    blue = bytes(tables[2])
  }

  /// Expands discrete, linear and indirect segments (PS3.3 §C.7.9.2).
  static func expand(_ words: [UInt16], count: Int) throws(PixelError) -> [UInt16] {
    var output: [UInt16] = []
    output.reserveCapacity(count)
    try expand(words, from: 0, segments: Int.max, into: &output, count: count, isIndirect: false)
    guard !output.isEmpty else { throw PixelError(.invalid, "segmented palette without entries") }
    return output
  }

  private static func expand(
    _ words: [UInt16], from start: Int, segments: Int, into output: inout [UInt16], count: Int, isIndirect: Bool
  ) throws(PixelError) {
    var position = start
    var done = 0
    while position + 1 < words.count, done < segments, output.count < count {
      let length = Int(words[position + 1])
      switch words[position] {
      case 0:
        guard position + 2 + length <= words.count else { throw PixelError(.truncated, "discrete palette segment") }
        output.append(contentsOf: words[position + 2..<position + 2 + length].prefix(count - output.count))
        position += 2 + length
      case 1:
        guard position + 2 < words.count, let last = output.last else {
          throw PixelError(.invalid, "linear palette segment")
        }
        let from = Double(last)
        let step = (Double(words[position + 2]) - from) / Double(max(length, 1))
        for index in 0..<min(length, count - output.count) {
          output.append(UInt16((from + step * Double(index + 1)).rounded()))
        }
        position += 3
      case 2 where !isIndirect:
        guard position + 3 < words.count else { throw PixelError(.truncated, "indirect palette segment") }
        // The offset counts bytes from the first segment.
        let offset = (Int(words[position + 2]) | Int(words[position + 3]) << 16) / 2
        guard offset < position else { throw PixelError(.invalid, "indirect palette segment points ahead") }
        try expand(words, from: offset, segments: length, into: &output, count: count, isIndirect: true)
        position += 4
      default: throw PixelError(.invalid, "palette segment of type \(words[position])")
      }
      done += 1
    }
  }
}
