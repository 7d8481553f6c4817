// SPDX-License-Identifier: Apache-2.0

import DICOMCore
import DICOMDictionary
import DICOMPixels

/// Overlays in unused bits of pixel data (retired), which compression would lose: they become Overlay Data
/// (PS3.3 §C.9.2, PS3.5 §8.1.2).
enum EmbeddedOverlays {
  private static let groups = stride(from: UInt16(0x6000), through: 0x601E, by: 2)

  /// Gives `converted` the Overlay Data that stands in the native pixel data of `dataSet`.
  static func extract(from dataSet: DataSet, to converted: inout DataSet, description: PixelDescription) {
    guard description.format == .integer, [8, 16].contains(description.bitsAllocated), description.samplesPerPixel == 1,
      let pixels = dataSet[.pixelData]?.bytes
    else { return }
    for group in groups {
      let tag = { (element: UInt16) in Tag(group, element) }
      guard dataSet[tag(0x3000)] == nil, let bit = dataSet.integer(tag(0x0102)),
        dataSet.integer(tag(0x0100)) == description.bitsAllocated, bit > description.highBit,
        bit < description.bitsAllocated
      else { continue }
      let count = min(
        description.pixelsPerFrame * description.numberOfFrames, pixels.count / description.sampleBytes)
      converted.set(
        DataElement(
          tag: tag(0x3000), vr: .OW, value: .bytes(ByteSlice(plane(dataSet, pixels, description, bit, count)))))
      converted.set(tag(0x0100), .US, integers: [1])
      converted.set(tag(0x0102), .US, integers: [0])
    }
  }

  /// One bit of each pixel, packed, in the byte order of the data set.
  private static func plane(
    _ dataSet: DataSet, _ pixels: ByteSlice, _ description: PixelDescription, _ bit: Int, _ count: Int
  ) -> [UInt8] {
    var packed = [UInt8](repeating: 0, count: (count + 15) / 16 * 2)
    let isBig = dataSet.byteOrder == .bigEndian
    let size = description.sampleBytes
    // The byte of a sample that has the bit, and in big endian words the place of a byte of eight bits.
    let byte = size == 2 ? (bit / 8) ^ (isBig ? 1 : 0) : 0
    pixels.withUnsafeBytes { input in
      for index in 0..<count where input[index * size + byte] >> UInt8(bit % 8) & 1 == 1 {
        packed[(index / 8) ^ (isBig ? 1 : 0)] |= 1 << UInt8(index % 8)
      }
    }
    return packed
  }
}
