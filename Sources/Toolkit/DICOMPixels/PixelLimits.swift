// SPDX-License-Identifier: Apache-2.0

/// Bounds on what the attributes of an image may make a reader allocate.
public struct PixelLimits: Sendable {
  /// Bytes of one decoded frame.
  public var frameBytes: Int
  /// Bytes that a decoder may produce for one byte of compressed data, beside `compressedAllowance`.
  public var expansion: Int
  /// Decoded bytes that are allowed however few compressed bytes there are.
  public var compressedAllowance: Int

  public init(
    frameBytes: Int = 1 << 30, expansion: Int = 20_000, compressedAllowance: Int = 64 << 20
  ) {
    self.frameBytes = frameBytes
    self.expansion = expansion
    self.compressedAllowance = compressedAllowance
  }

  /// Refuses a compressed frame whose claimed size cannot come out of so few bytes.
  public func check(decodedBytes: Int, compressedBytes: Int) throws(PixelError) {
    let allowed = max(compressedAllowance, compressedBytes.multipliedReportingOverflow(by: expansion).partialValue)
    guard decodedBytes <= frameBytes, decodedBytes <= allowed else {
      throw PixelError(.limit, "\(decodedBytes) bytes claimed by \(compressedBytes) compressed ones")
    }
  }
}
