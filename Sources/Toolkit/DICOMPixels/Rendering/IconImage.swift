// SPDX-License-Identifier: Apache-2.0

import DICOMCore
import DICOMDictionary

/// The picture that stands for an image in a directory: an item of Icon Image Sequence (0088,0200), 64 × 64 pixels of 8
/// bits, grey or by a palette (PS3.3 §F.7).
public enum IconImage {
  /// Rows and columns; larger icons may be passed over by readers (PS3.3 §F.7, b).
  public static let side = 64
  /// Levels of red, green and blue in the palette: 252 colours, the most of them in green.
  private static let levels = (red: 6, green: 7, blue: 6)

  /// How a frame is rendered for an icon.
  public static var options: RenderOptions { RenderOptions(viewport: (side, side)) }

  /// The frame, counted from 0, that stands for an image: Representative Frame Number (0028,6010), else one a third of
  /// the way through (PS3.11 §B.3.3.2).
  public static func frame(of header: DataSet, frameCount: Int) -> Int {
    if let number = header.integer(.representativeFrameNumber), (1...max(frameCount, 1)).contains(number) {
      return number - 1
    }
    return max(frameCount, 0) / 3
  }

  /// The item of the sequence.
  /// - Parameter image: 8 bits a sample, no larger than 64 × 64; what it leaves is black.
  public static func item(_ image: RenderedImage) -> DataSet {
    precondition(image.bits == 8 && image.width <= side && image.height <= side)
    let whole = image.placed(
      x: (side - image.width) / 2, y: (side - image.height) / 2, width: side, height: side)
    var item = DataSet()
    item.set(.samplesPerPixel, .US, integers: [1])
    item.set(.photometricInterpretation, .CS, image.samples == 1 ? "MONOCHROME2" : "PALETTE COLOR")
    item.set(.rows, .US, integers: [side])
    item.set(.columns, .US, integers: [side])
    item.set(.bitsAllocated, .US, integers: [8])
    item.set(.bitsStored, .US, integers: [8])
    item.set(.highBit, .US, integers: [7])
    item.set(.pixelRepresentation, .US, integers: [0])
    var pixels = whole.bytes
    if image.samples == 3 {
      setPalette(&item)
      pixels = stride(from: 0, to: whole.bytes.count, by: 3).map { start in
        index(whole.bytes[start], whole.bytes[start + 1], whole.bytes[start + 2])
      }
    }
    item.set(DataElement(tag: .pixelData, vr: .OB, value: .bytes(ByteSlice(pixels))))
    return item
  }

  /// The nearest colour of the palette.
  private static func index(_ red: UInt8, _ green: UInt8, _ blue: UInt8) -> UInt8 {
    func level(_ value: UInt8, _ count: Int) -> Int { (Int(value) * (count - 1) + 127) / 255 }
    let index = (level(red, levels.red) * levels.green + level(green, levels.green)) * levels.blue
    return UInt8(index + level(blue, levels.blue))
  }

  private static func setPalette(_ item: inout DataSet) {
    let colours = (0..<256).map { index in
      let index = min(index, levels.red * levels.green * levels.blue - 1)
      return [
        index / (levels.green * levels.blue) * 0xFFFF / (levels.red - 1),
        index / levels.blue % levels.green * 0xFFFF / (levels.green - 1),
        index % levels.blue * 0xFFFF / (levels.blue - 1),
      ]
    }
    let tags: [(descriptor: Tag, data: Tag)] = [
      (.redPaletteColorLookupTableDescriptor, .redPaletteColorLookupTableData),
      (.greenPaletteColorLookupTableDescriptor, .greenPaletteColorLookupTableData),
      (.bluePaletteColorLookupTableDescriptor, .bluePaletteColorLookupTableData),
    ]
    for (colour, tag) in tags.enumerated() {
      item.set(tag.descriptor, .US, integers: [256, 0, 16])
      let bytes = colours.flatMap { [UInt8($0[colour] & 0xFF), UInt8($0[colour] >> 8)] }
      item.set(DataElement(tag: tag.data, vr: .OW, value: .bytes(ByteSlice(bytes))))
    }
  }
}
