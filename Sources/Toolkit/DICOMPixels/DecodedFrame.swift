// SPDX-License-Identifier: Apache-2.0

/// The samples of one frame without compression: rows from the top, samples of a pixel side by side, little endian,
/// each in a container of 8, 16, 32 or 64 bits with the unused high bits cleared or sign-extended.
public struct DecodedFrame: Sendable {
  public var rows: Int
  public var columns: Int
  public var samplesPerPixel: Int
  /// Size of the container: 8, 16, 32 or 64.
  public var bitsAllocated: Int
  public var bitsStored: Int
  /// Bits Allocated of the image is 1: native pixel data packs eight samples into a byte.
  public var isSingleBit: Bool
  public var isSigned: Bool
  public var format: PixelDescription.SampleFormat
  /// What the samples mean after decoding.
  public var photometric: PhotometricInterpretation
  public var bytes: [UInt8]

  /// A frame that has the form of `description`.
  public init(
    _ description: PixelDescription, photometric: PhotometricInterpretation? = nil, bytes: [UInt8]
  ) {
    rows = description.rows
    columns = description.columns
    samplesPerPixel = description.samplesPerPixel
    bitsAllocated = description.sampleBytes * 8
    bitsStored = description.highBit + 1
    isSingleBit = description.bitsAllocated == 1
    isSigned = description.isSigned
    format = description.format
    self.photometric = photometric ?? description.photometric
    self.bytes = bytes
  }

  /// Samples in the frame.
  public var sampleCount: Int { rows * columns * samplesPerPixel }

  /// The description of native pixel data made of frames like this one.
  public var pixelDescription: PixelDescription {
    PixelDescription(
      rows: rows, columns: columns, samplesPerPixel: samplesPerPixel, bitsAllocated: bitsAllocated,
      bitsStored: bitsStored, isSigned: isSigned, photometric: photometric, format: format)
  }
}
