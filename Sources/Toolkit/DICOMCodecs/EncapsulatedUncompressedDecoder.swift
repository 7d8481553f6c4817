// SPDX-License-Identifier: Apache-2.0

import DICOMCore
import DICOMPixels

/// Encapsulated Uncompressed Explicit VR Little Endian (PS3.5 §A.4.11): each frame native in its own fragment.
public struct EncapsulatedUncompressedDecoder: FrameDecoder {
  public init() {}

  public func decode(_ codestream: ByteSlice, description: PixelDescription) throws(CodecError) -> DecodedFrame {
    do throws(PixelError) {
      return try NativeFrameDecoder(description: description)
        .decode(codestream, bits: 0..<description.nativeFrameBits)
    } catch {
      throw CodecError(error)
    }
  }
}
