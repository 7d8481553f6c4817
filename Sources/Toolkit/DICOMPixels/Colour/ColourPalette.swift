// SPDX-License-Identifier: Apache-2.0

import DICOMCore
import DICOMDictionary

/// The Palette Color Lookup Tables (PS3.3 §C.7.9).
public struct ColourPalette: Sendable, Hashable {
  /// The stored value that the first entry stands for.
  public let firstValue: Int
  public let red: [UInt8]
  public let green: [UInt8]
  public let blue: [UInt8]
  /// The entries with all their bits, brought to 16; as many as the shortest of the three tables has.
  public let entries: [DisplayColour]

  private static let descriptors: [Tag] = [
    .redPaletteColorLookupTableDescriptor, .greenPaletteColorLookupTableDescriptor,
    .bluePaletteColorLookupTableDescriptor,
  ]
  private static let plain: [Tag] = [
    .redPaletteColorLookupTableData, .greenPaletteColorLookupTableData, .bluePaletteColorLookupTableData,
  ]
  private static let segmented: [Tag] = [
    .segmentedRedPaletteColorLookupTableData, .segmentedGreenPaletteColorLookupTableData,
    .segmentedBluePaletteColorLookupTableData,
  ]

  /// The data set has palette descriptors.
  static func isPresent(_ dataSet: DataSet) -> Bool { descriptors.allSatisfy { dataSet[$0] != nil } }

  /// Reads plain or segmented tables.
  public init(_ dataSet: DataSet, isSigned: Bool) throws(PixelError) {
    var first = 0
    var tables: [[UInt16]] = []
    var bits = 16
    for channel in 0..<3 {
      guard let descriptor = dataSet.integers(Self.descriptors[channel]), descriptor.count == 3 else {
        throw PixelError(.missing, "palette without descriptor")
      }
      let count = LookupTable.count(descriptor[0])
      bits = descriptor[2] <= 8 ? 8 : 16
      first = isSigned ? Int(Int16(truncatingIfNeeded: descriptor[1])) : descriptor[1] & 0xFFFF
      if let words = LookupTable.words(dataSet, Self.plain[channel], bits: bits, count: count), !words.isEmpty {
        tables.append(words)
      } else if let words = Self.segmentWords(dataSet, Self.segmented[channel], bits: bits) {
        tables.append(try Self.expand(words, count: count, bits: bits))
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
    func deep(_ value: UInt16) -> UInt16 { isByte ? (value & 0xFF) * 257 : value }
    entries = (0..<tables.map(\.count).reduce(Int.max, min)).map {
      DisplayColour(red: deep(tables[0][$0]), green: deep(tables[1][$0]), blue: deep(tables[2][$0]))
    }
  }

  /// The parts of segments: words, or bytes where entries have 8 bits.
  private static func segmentWords(_ dataSet: DataSet, _ tag: Tag, bits: Int) -> [UInt16]? {
    // A word per part is at most what 65536 entries in as many segments take.
    let most = 1 << 20
    guard bits == 8, let bytes = dataSet.bytes(tag), dataSet.byteOrder == .littleEndian else {
      return LookupTable.words(dataSet, tag, bits: 16, count: most)
    }
    return bytes.count >= 2 ? bytes[0..<min(bytes.count, most)].array.map { UInt16($0) } : nil
  }

  /// Expands discrete, linear and indirect segments (PS3.3 §C.7.9.2).
  static func expand(_ words: [UInt16], count: Int, bits: Int = 16) throws(PixelError) -> [UInt16] {
    var output: [UInt16] = []
    output.reserveCapacity(count)
    try expand(words, from: 0, segments: Int.max, into: &output, count: count, bits: bits, isIndirect: false)
    guard !output.isEmpty else { throw PixelError(.invalid, "segmented palette without entries") }
    return output
  }

  private static func expand(
    _ words: [UInt16], from start: Int, segments: Int, into output: inout [UInt16], count: Int, bits: Int,
    isIndirect: Bool
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
        // The offset counts bytes from the first segment: two words or four bytes, the least significant first.
        let parts = bits == 8 ? 4 : 2
        guard position + 1 + parts < words.count else { throw PixelError(.truncated, "indirect palette segment") }
        var offset = 0
        for part in 0..<parts { offset |= Int(words[position + 2 + part]) << (part * 32 / parts) }
        if bits != 8 { offset /= 2 }
        guard offset < position else { throw PixelError(.invalid, "indirect palette segment points ahead") }
        try expand(words, from: offset, segments: length, into: &output, count: count, bits: bits, isIndirect: true)
        position += 2 + parts
      default: throw PixelError(.invalid, "palette segment of type \(words[position])")
      }
      done += 1
    }
  }
}
