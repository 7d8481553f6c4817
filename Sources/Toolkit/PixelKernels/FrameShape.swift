// SPDX-License-Identifier: Apache-2.0

/// The shape of one decoded frame: samples of a pixel side by side, little endian, rows without gaps.
public struct FrameShape: Sendable {
  public let rows: Int
  public let columns: Int
  /// Samples per pixel, 1 to 4.
  public let samples: Int
  /// Bytes of a sample, 1 to 8.
  public let sampleBytes: Int
  /// Bytes of the frame; not above `Int32.max`, which every platform can count.
  public let byteCount: Int

  /// Nil where the numbers describe no frame.
  public init?(rows: Int, columns: Int, samples: Int, sampleBytes: Int) {
    guard rows > 0, columns > 0, (1...4).contains(samples), (1...8).contains(sampleBytes) else { return nil }
    let (pixels, tooManyPixels) = rows.multipliedReportingOverflow(by: columns)
    let (bytes, tooManyBytes) = pixels.multipliedReportingOverflow(by: samples * sampleBytes)
    guard !tooManyPixels, !tooManyBytes, bytes <= Int(Int32.max) else { return nil }
    self.rows = rows
    self.columns = columns
    self.samples = samples
    self.sampleBytes = sampleBytes
    byteCount = bytes
  }

  /// Pixels of the frame.
  public var pixels: Int { rows &* columns }
}
