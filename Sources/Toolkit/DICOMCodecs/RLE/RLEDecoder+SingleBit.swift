// SPDX-License-Identifier: Apache-2.0

import DICOMCore
import DICOMPixels

extension RLEDecoder {
  /// Single bits: one segment of the bytes that hold them as in native pixel data, eight samples each, every frame
  /// beginning on a byte (PS3.5 §8.1.1, §G.2).
  func decodeSingleBits(
    _ codestream: ByteSlice, description: PixelDescription
  ) throws(CodecError) -> DecodedFrame {
    let packed = PixelDescription(rows: 1, columns: (description.samplesPerFrame + 7) / 8, bitsAllocated: 8)
    let bytes = try decode(codestream, description: packed).bytes
    do throws(PixelError) {
      return try NativeFrameDecoder(description: description)
        .decode(ByteSlice(bytes), bits: 0..<description.nativeFrameBits)
    } catch {
      throw CodecError(error)
    }
  }
}
