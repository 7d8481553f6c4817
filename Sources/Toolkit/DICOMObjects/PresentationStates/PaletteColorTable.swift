// SPDX-License-Identifier: Apache-2.0

import DICOMCore
import DICOMDictionary
import DICOMPixels

/// The three tables that turn grey values into colours (Palette Color Lookup Table module, PS3.3 §C.7.9).
public struct PaletteColorTable: Sendable, Hashable {
  /// The value that the first entry stands for.
  public var firstMapped: Int
  /// Bits of each entry: 8 or 16.
  public var bits: Int
  public var red: [UInt16]
  public var green: [UInt16]
  public var blue: [UInt16]

  public init(firstMapped: Int = 0, bits: Int = 16, red: [UInt16], green: [UInt16], blue: [UInt16]) {
    self.firstMapped = firstMapped
    self.bits = bits
    self.red = red
    self.green = green
    self.blue = blue
  }

  /// Reads plain or segmented tables; nil where there are none that can be read.
  init?(_ dataSet: DataSet) {
    guard let palette = try? ColourPalette(dataSet, isSigned: false) else { return nil }
    let isByte = (dataSet.integers(.redPaletteColorLookupTableDescriptor)?.last ?? 16) <= 8
    func kept(_ value: UInt16) -> UInt16 { isByte ? value >> 8 : value }
    firstMapped = palette.firstValue
    bits = isByte ? 8 : 16
    red = palette.entries.map { kept($0.red) }
    green = palette.entries.map { kept($0.green) }
    blue = palette.entries.map { kept($0.blue) }
  }

  func write(_ object: inout AttributeWriter) throws(ObjectError) {
    let channels: [(Tag, Tag, [UInt16])] = [
      (.redPaletteColorLookupTableDescriptor, .redPaletteColorLookupTableData, red),
      (.greenPaletteColorLookupTableDescriptor, .greenPaletteColorLookupTableData, green),
      (.bluePaletteColorLookupTableDescriptor, .bluePaletteColorLookupTableData, blue),
    ]
    for (descriptor, data, entries) in channels {
      guard bits == 8 || bits == 16, entries.count == red.count, (1...65_536).contains(entries.count) else {
        throw ObjectError(
          .invalid, descriptor, in: object.path, "tables have the same number of entries, 1 to 65536, of 8 or 16 bits")
      }
      if let entry = entries.first(where: { Int($0) >= 1 << bits }) {
        throw ObjectError(.invalid, data, in: object.path, "the entry \(entry) does not fit into \(bits) bits")
      }
      try object.set(
        descriptor, [entries.count == 65_536 ? 0 : entries.count, firstMapped, bits], .type1, vr: .US)
      // Two entries of 8 bits share a word (PS3.3 §C.7.9.1).
      var bytes = bits == 8 ? entries.map { UInt8($0) } : entries.flatMap { [UInt8($0 & 0xFF), UInt8($0 >> 8)] }
      if bytes.count % 2 == 1 { bytes.append(0) }
      try object.set(data, vr: .OW, bytes, .type1)
    }
  }
}
