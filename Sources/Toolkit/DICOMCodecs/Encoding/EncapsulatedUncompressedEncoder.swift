// SPDX-License-Identifier: Apache-2.0

import DICOMPixels

/// Encapsulated Uncompressed Explicit VR Little Endian (PS3.5 §A.4.11): each frame native in its own fragment.
public struct EncapsulatedUncompressedEncoder: FrameEncoder {
  public init() {}

  public var isLossy: Bool { false }

  public var constraints: EncodingConstraints {
    EncodingConstraints(
      name: "Encapsulated uncompressed", bitsStored: 1...64, samplesPerPixel: [1, 2, 3, 4],
      allowsSingleBit: true, maximumSide: Int(Int32.max))
  }

  public func encode(_ frame: DecodedFrame, options: EncodingOptions) throws(CodecError) -> EncodedFrame {
    try check(frame)
    return EncodedFrame(bytes: NativeFrameWriter.bytes(frame), photometric: frame.photometric)
  }
}
