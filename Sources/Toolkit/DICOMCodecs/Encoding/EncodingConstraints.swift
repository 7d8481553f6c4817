// SPDX-License-Identifier: Apache-2.0

import DICOMPixels

/// Which frames an encoder takes (PS3.5 §8.2, tables of valid values for the codec).
public struct EncodingConstraints: Hashable, Sendable {
  /// Name of the codec in messages.
  public var name: String
  /// Bits Stored.
  public var bitsStored: ClosedRange<Int>
  public var samplesPerPixel: Set<Int>
  public var allowsSigned: Bool
  /// Bits Allocated may be 1.
  public var allowsSingleBit: Bool
  /// Colour differences of ITU-R BT.601, and palettes. Grey and RGB are always allowed.
  public var allowsYBR: Bool
  public var allowsPalette: Bool
  /// Rows and Columns at most.
  public var maximumSide: Int

  public init(
    name: String, bitsStored: ClosedRange<Int>, samplesPerPixel: Set<Int> = [1, 3], allowsSigned: Bool = true,
    allowsSingleBit: Bool = false, allowsYBR: Bool = true, allowsPalette: Bool = true, maximumSide: Int = 65_535
  ) {
    self.name = name
    self.bitsStored = bitsStored
    self.samplesPerPixel = samplesPerPixel
    self.allowsSigned = allowsSigned
    self.allowsSingleBit = allowsSingleBit
    self.allowsYBR = allowsYBR
    self.allowsPalette = allowsPalette
    self.maximumSide = maximumSide
  }

  /// Why a frame is refused; nil where it is taken.
  public func problem(_ frame: DecodedFrame) -> String? {
    if frame.format == .float { return "\(name) holds no floating point samples" }
    if frame.isSingleBit, !allowsSingleBit { return "\(name) holds no images of one bit allocated" }
    if !bitsStored.contains(frame.bitsStored) {
      return "\(name) holds \(bitsStored.lowerBound) to \(bitsStored.upperBound) bits, not \(frame.bitsStored)"
    }
    if !samplesPerPixel.contains(frame.samplesPerPixel) {
      return "\(name) holds no \(frame.samplesPerPixel) samples per pixel"
    }
    if frame.isSigned, !allowsSigned { return "\(name) holds no signed samples" }
    if frame.photometric.isYBR, !allowsYBR { return "\(name) holds no \(frame.photometric.rawValue)" }
    if frame.photometric == .paletteColor, !allowsPalette { return "\(name) holds no \(frame.photometric.rawValue)" }
    if max(frame.rows, frame.columns) > maximumSide {
      return "\(name) holds at most \(maximumSide) rows or columns"
    }
    return nil
  }
}
