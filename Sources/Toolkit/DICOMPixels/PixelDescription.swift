// SPDX-License-Identifier: Apache-2.0

import DICOMCore
import DICOMDictionary

/// The attributes of the Image Pixel module (PS3.3 §C.7.6.3) that say how pixel data is laid out.
public struct PixelDescription: Hashable, Sendable {
  /// How a sample is to be read.
  public enum SampleFormat: Sendable {
    case integer
    /// Float Pixel Data (7FE0,0008) or Double Float Pixel Data (7FE0,0009).
    case float
  }

  public var rows: Int
  public var columns: Int
  public var samplesPerPixel: Int
  public var bitsAllocated: Int
  public var bitsStored: Int
  public var highBit: Int
  /// Pixel Representation is 1.
  public var isSigned: Bool
  public var photometric: PhotometricInterpretation
  /// Planar Configuration is 1: all samples of one kind stand together.
  public var isPlanar: Bool
  public var numberOfFrames: Int
  public var format: SampleFormat

  public init(
    rows: Int, columns: Int, samplesPerPixel: Int = 1, bitsAllocated: Int, bitsStored: Int? = nil, highBit: Int? = nil,
    isSigned: Bool = false, photometric: PhotometricInterpretation = .monochrome2, isPlanar: Bool = false,
    numberOfFrames: Int = 1, format: SampleFormat = .integer
  ) {
    self.rows = rows
    self.columns = columns
    self.samplesPerPixel = samplesPerPixel
    self.bitsAllocated = bitsAllocated
    self.bitsStored = bitsStored ?? bitsAllocated
    self.highBit = highBit ?? self.bitsStored - 1
    self.isSigned = isSigned
    self.photometric = photometric
    self.isPlanar = isPlanar
    self.numberOfFrames = numberOfFrames
    self.format = format
  }

  /// Reads the module from a data set, or from an item of Icon Image Sequence.
  public init(_ dataSet: DataSet, limits: PixelLimits = PixelLimits()) throws(PixelError) {
    format = .integer
    if dataSet[.floatPixelData] != nil || dataSet[.doubleFloatPixelData] != nil { format = .float }
    rows = try Self.required(dataSet, .rows, "Rows")
    columns = try Self.required(dataSet, .columns, "Columns")
    samplesPerPixel = dataSet.integer(.samplesPerPixel) ?? 1
    if format == .float {
      bitsAllocated = dataSet[.doubleFloatPixelData] != nil ? 64 : 32
    } else {
      bitsAllocated = try Self.required(dataSet, .bitsAllocated, "Bits Allocated")
    }
    bitsStored = format == .float ? bitsAllocated : dataSet.integer(.bitsStored) ?? bitsAllocated
    highBit = dataSet.integer(.highBit) ?? bitsStored - 1
    isSigned = format == .integer && dataSet.integer(.pixelRepresentation) == 1
    let text = dataSet.string(.photometricInterpretation)
    photometric =
      text.map { PhotometricInterpretation(rawValue: $0) } ?? (samplesPerPixel == 3 ? .rgb : .monochrome2)
    isPlanar = samplesPerPixel > 1 && dataSet.integer(.planarConfiguration) == 1
    numberOfFrames = dataSet.integer(.numberOfFrames) ?? 1
    if numberOfFrames < 1 { numberOfFrames = 1 }
    try validate(limits)
  }

  private static func required(_ dataSet: DataSet, _ tag: Tag, _ name: String) throws(PixelError) -> Int {
    guard let value = dataSet.integer(tag) else { throw PixelError(.missing, "\(name) is missing") }
    return value
  }

  private mutating func validate(_ limits: PixelLimits) throws(PixelError) {
    guard rows > 0, columns > 0, rows <= Int(Int32.max), columns <= Int(Int32.max) else {
      throw PixelError(.invalid, "\(rows) rows of \(columns) columns")
    }
    guard samplesPerPixel > 0, samplesPerPixel <= 4 else {
      throw PixelError(.invalid, "\(samplesPerPixel) samples per pixel")
    }
    guard [1, 8, 16, 32, 64].contains(bitsAllocated) else {
      throw PixelError(.unsupported, "\(bitsAllocated) bits allocated")
    }
    if bitsStored < 1 || bitsStored > bitsAllocated { bitsStored = bitsAllocated }
    if highBit < bitsStored - 1 || highBit >= bitsAllocated { highBit = bitsStored - 1 }
    let (pixels, overflow) = rows.multipliedReportingOverflow(by: columns)
    guard !overflow, pixels <= limits.frameBytes / (samplesPerPixel * sampleBytes) else {
      throw PixelError(.limit, "\(rows) × \(columns) pixels of \(samplesPerPixel) × \(bitsAllocated) bits")
    }
  }

  /// Pixels of one frame.
  public var pixelsPerFrame: Int { rows * columns }

  /// Samples of one decoded frame.
  public var samplesPerFrame: Int { rows * columns * samplesPerPixel }

  /// Bytes of one decoded sample: single bits are decoded to a byte each.
  public var sampleBytes: Int { bitsAllocated == 1 ? 1 : bitsAllocated / 8 }

  /// Bytes of one decoded frame.
  public var decodedFrameBytes: Int { samplesPerFrame * sampleBytes }

  /// Bits that one frame takes in native pixel data (PS3.5 §8.1.1, §8.2).
  public var nativeFrameBits: Int {
    if photometric.isSubsampled, samplesPerPixel == 3 {
      return rows * ((columns + 1) / 2) * 4 * bitsAllocated
    }
    if photometric == .ybrPartial420, samplesPerPixel == 3 {
      return (pixelsPerFrame + 2 * ((rows + 1) / 2) * ((columns + 1) / 2)) * bitsAllocated
    }
    return samplesPerFrame * bitsAllocated
  }
}
