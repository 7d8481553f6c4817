// SPDX-License-Identifier: Apache-2.0

/// What a caller may ask of encoders. Each takes what its codec has and passes over the rest.
public struct EncodingOptions: Hashable, Sendable {
  /// Resolution of the colour differences in lossy JPEG.
  public enum ChromaSubsampling: String, Sendable, CaseIterable {
    case full = "4:4:4"
    case half = "4:2:2"
  }

  /// 1 to 100 for lossy JPEG, JPEG XL, and JPEG 2000 without `ratio`. JPEG 2000 and High-Throughput JPEG 2000 aim at
  /// `peakSignalToNoise`.
  public var quality: Int
  /// The greatest error of a sample in near-lossless JPEG-LS, 1 to 255.
  public var near: Int
  /// Uncompressed to compressed size that lossy JPEG 2000 aims at, above 1; nil leaves it to `quality`.
  public var ratio: Double?
  /// How long to search: 1 to 9 for JPEG XL and deflate.
  public var effort: Int?
  /// Predictor of JPEG process 14, 1 to 7; the syntax of first-order prediction has 1 always.
  public var predictor: Int
  public var chromaSubsampling: ChromaSubsampling
  /// Whether JPEG 2000 puts RGB through its component transform, which makes it YBR_RCT or YBR_ICT.
  public var transformsColour = true

  public init(
    quality: Int = 90, near: Int = 2, ratio: Double? = nil, effort: Int? = nil, predictor: Int = 1,
    chromaSubsampling: ChromaSubsampling = .half
  ) {
    self.quality = min(max(quality, 1), 100)
    self.near = min(max(near, 1), 255)
    self.ratio = ratio.map { max($0, 1) }
    self.effort = effort.map { min(max($0, 1), 9) }
    self.predictor = min(max(predictor, 1), 7)
    self.chromaSubsampling = chromaSubsampling
  }

  /// What JPEG 2000 makes of `quality`, in dB of the full range of Bits Stored: 20 to 55.
  public var peakSignalToNoise: Double { 20 + 0.35 * Double(quality) }
}
