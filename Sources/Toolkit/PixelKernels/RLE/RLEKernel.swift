// SPDX-License-Identifier: Apache-2.0

/// RLE Lossless (PS3.5 Annex G): one PackBits segment for each byte of each sample, the most significant byte first.
public enum RLEKernel {
  /// Bytes of the header: the number of segments and fifteen offsets (PS3.5 §G.5).
  public static let headerBytes = 64
  /// Segments that the header has room for.
  public static let maximumSegments = 15
  /// The longest literal or replicate run (PS3.5 §G.3.1).
  static let longestRun = 128

  /// Where in a pixel the bytes of a segment stand: segments go from the high byte down, memory from the low byte up.
  @inline(__always)
  static func place(of segment: Int, _ shape: FrameShape) -> Int {
    let sample = segment / shape.sampleBytes
    return sample * shape.sampleBytes + shape.sampleBytes - 1 - segment % shape.sampleBytes
  }
}
