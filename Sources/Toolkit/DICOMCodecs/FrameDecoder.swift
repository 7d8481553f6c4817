// SPDX-License-Identifier: Apache-2.0

import DICOMCore
import DICOMPixels

/// Decodes the frames of one kind of compressed pixel data.
public protocol FrameDecoder: Sendable {
  /// Decodes one frame. No colour conversion beyond what the stream itself defines; `DecodedFrame.photometric` says
  /// what came out. The size has been checked against the limits by the caller.
  func decode(_ codestream: ByteSlice, description: PixelDescription) throws(CodecError) -> DecodedFrame
}
