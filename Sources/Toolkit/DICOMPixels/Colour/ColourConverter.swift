// SPDX-License-Identifier: Apache-2.0

/// Brings colour frames to RGB: palettes applied, luminance and colour differences converted (PS3.3 §C.7.6.3.1.2).
public enum ColourConverter {
  /// The frame as grey or RGB; grey and RGB frames are returned as they are.
  /// - Parameter palette: needed for PALETTE COLOR.
  public static func greyOrRGB(_ frame: DecodedFrame, palette: ColourPalette?) throws(PixelError) -> DecodedFrame {
    if frame.samplesPerPixel == 1 {
      guard frame.photometric == .paletteColor else { return frame }
      guard let palette else { throw PixelError(.missing, "PALETTE COLOR without palette") }
      return try apply(palette, to: frame)
    }
    guard frame.samplesPerPixel == 3 else {
      throw PixelError(.unsupported, "\(frame.photometric.rawValue) of \(frame.samplesPerPixel) samples")
    }
    guard frame.photometric.isYBR else { return frame }
    guard frame.bitsAllocated == 8 else { return try convertWords(frame) }
    var converted = frame
    convertBytes(
      &converted.bytes, isPartial: frame.photometric == .ybrPartial422 || frame.photometric == .ybrPartial420)
    converted.photometric = .rgb
    return converted
  }

  private static func apply(_ palette: ColourPalette, to frame: DecodedFrame) throws(PixelError) -> DecodedFrame {
    guard frame.format == .integer, frame.bitsAllocated <= 16 else {
      throw PixelError(.unsupported, "PALETTE COLOR of \(frame.bitsAllocated) bits")
    }
    let count = frame.rows * frame.columns
    let last = min(palette.red.count, palette.green.count, palette.blue.count) - 1
    // The colour of every possible stored value, so that the loop over the pixels has no arithmetic.
    let values = 1 << frame.bitsAllocated
    let half = frame.isSigned ? values / 2 : values
    let entries = (0..<values).map { raw in
      min(max((raw < half ? raw : raw - values) - palette.firstValue, 0), last)
    }
    var rgb = frame
    rgb.bytes = [UInt8](unsafeUninitializedCapacity: count * 3) { output, written in
      frame.bytes.withUnsafeBytes { input in
        entries.withUnsafeBufferPointer { entries in
          guard let target = output.baseAddress, let base = input.baseAddress, let entries = entries.baseAddress else {
            return
          }
          for pixel in 0..<count {
            let raw =
              values == 256
              ? Int(base.load(fromByteOffset: pixel, as: UInt8.self))
              : Int(base.load(fromByteOffset: pixel * 2, as: UInt16.self))
            let entry = entries[raw]
            target[pixel * 3] = palette.red[entry]
            target[pixel * 3 + 1] = palette.green[entry]
            target[pixel * 3 + 2] = palette.blue[entry]
          }
        }
      }
      written = count * 3
    }
    rgb.samplesPerPixel = 3
    rgb.bitsAllocated = 8
    rgb.bitsStored = 8
    rgb.isSigned = false
    rgb.photometric = .rgb
    return rgb
  }

  /// Fixed point with 16 fractional bits.
  private static let one = 65536.0

  private static func convertBytes(_ bytes: inout [UInt8], isPartial: Bool) {
    let chroma = isPartial ? 255.0 / 224 : 1
    func table(_ factor: Double) -> [Int32] {
      (0..<256).map { Int32((Double($0 - 128) * factor * chroma * one).rounded()) }
    }
    let luma = (0..<256).map {
      Int32(((isPartial ? Double($0 - 16) * 255 / 219 : Double($0)) * one + one / 2).rounded())
    }
    let red = table(1.402)
    let greenBlue = table(-0.114 * 1.772 / 0.587)
    let greenRed = table(-0.299 * 1.402 / 0.587)
    let blue = table(1.772)
    bytes.withUnsafeMutableBufferPointer { buffer in
      guard let pixel = buffer.baseAddress else { return }
      let count = buffer.count
      withTables(luma, red, greenBlue, greenRed, blue) { luma, red, greenBlue, greenRed, blue in
        var index = 0
        while index &+ 2 < count {
          let y = luma[Int(pixel[index])]
          let cb = Int(pixel[index &+ 1])
          let cr = Int(pixel[index &+ 2])
          pixel[index] = clamp(y &+ red[cr])
          pixel[index &+ 1] = clamp(y &+ greenBlue[cb] &+ greenRed[cr])
          pixel[index &+ 2] = clamp(y &+ blue[cb])
          index &+= 3
        }
      }
    }
  }

  private typealias Table = UnsafePointer<Int32>

  private static func withTables(
    _ a: [Int32], _ b: [Int32], _ c: [Int32], _ d: [Int32], _ e: [Int32],
    _ body: (Table, Table, Table, Table, Table) -> Void
  ) {
    body(a, b, c, d, e)
  }

  @inline(__always)
  private static func clamp(_ fixed: Int32) -> UInt8 {
    let value = fixed &>> 16
    return value < 0 ? 0 : value > 255 ? 255 : UInt8(truncatingIfNeeded: value)
  }

  private static func convertWords(_ frame: DecodedFrame) throws(PixelError) -> DecodedFrame {
    guard frame.bitsAllocated == 16, frame.format == .integer,
      frame.photometric == .ybrFull || frame.photometric == .ybrFull422
    else { throw PixelError(.unsupported, "\(frame.photometric.rawValue) of \(frame.bitsAllocated) bits") }
    var converted = frame
    let maximum = Double((1 << frame.bitsStored) - 1)
    let middle = Double(1 << (frame.bitsStored - 1))
    converted.bytes.withUnsafeMutableBytes { buffer in
      let words = buffer.assumingMemoryBound(to: UInt16.self)
      for index in stride(from: 0, to: words.count - 2, by: 3) {
        let y = Double(words[index])
        let cb = Double(words[index + 1]) - middle
        let cr = Double(words[index + 2]) - middle
        words[index] = UInt16(min(max((y + 1.402 * cr).rounded(), 0), maximum))
        words[index + 1] = UInt16(min(max((y - 0.344136 * cb - 0.714136 * cr).rounded(), 0), maximum))
        words[index + 2] = UInt16(min(max((y + 1.772 * cb).rounded(), 0), maximum))
      }
    }
    converted.photometric = .rgb
    return converted
  }
}
