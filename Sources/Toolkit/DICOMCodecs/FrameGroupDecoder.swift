// SPDX-License-Identifier: Apache-2.0

import DICOMCore
import DICOMPixels

/// A decoder of streams that may hold several frames of an image, as those of JPEG 2000 Part 2 do (PS3.5 §A.4.4).
public protocol FrameGroupDecoder: FrameDecoder {
  /// Decodes the frames that share a stream, in their order. The size of all together has been checked against the
  /// limits by the caller.
  func decode(
    _ codestream: ByteSlice, description: PixelDescription, frames: Int
  ) throws(CodecError) -> [DecodedFrame]
}
