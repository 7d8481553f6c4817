// SPDX-License-Identifier: Apache-2.0

import DICOMPixels

/// RLE Lossless (PS3.5 Annex G) as one of the encapsulated transfer syntaxes.
///
/// Single bits are packed as in native pixel data and their bytes run-length encoded as one segment.
public struct RLEFrameEncoder: FrameEncoder {
  public init() {}

  public var isLossy: Bool { false }

  public var constraints: EncodingConstraints {
    EncodingConstraints(name: "RLE", bitsStored: 1...32, allowsSingleBit: true, maximumSide: Int(Int32.max))
  }

  public func encode(_ frame: DecodedFrame, options: EncodingOptions) throws(CodecError) -> EncodedFrame {
    try check(frame)
    var input = frame
    if frame.isSingleBit {
      input.bytes = NativeFrameWriter.bytes(frame)
      input.rows = 1
      input.columns = input.bytes.count
    }
    return EncodedFrame(bytes: try RLEEncoder().encode(input), photometric: frame.photometric)
  }
}
