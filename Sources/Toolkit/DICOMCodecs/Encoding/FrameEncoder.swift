// SPDX-License-Identifier: Apache-2.0

import DICOMPixels

/// One frame as a codestream.
public struct EncodedFrame: Sendable {
  /// The codestream, without padding to an even length.
  public var bytes: [UInt8]
  /// Photometric Interpretation that goes with the codestream (PS3.5 §8.2).
  public var photometric: PhotometricInterpretation

  public init(bytes: [UInt8], photometric: PhotometricInterpretation) {
    self.bytes = bytes
    self.photometric = photometric
  }
}

/// Encodes frames for one kind of encapsulated transfer syntax.
public protocol FrameEncoder: Sendable {
  /// The images that the codec or the standard allows.
  var constraints: EncodingConstraints { get }
  /// What comes out with these options decodes to other samples than went in.
  var isLossy: Bool { get }
  /// Encodes one frame that satisfies the constraints; others throw `unsupported`.
  func encode(_ frame: DecodedFrame, options: EncodingOptions) throws(CodecError) -> EncodedFrame
}

extension FrameEncoder {
  /// Refuses what the constraints exclude.
  func check(_ frame: DecodedFrame) throws(CodecError) {
    if let problem = constraints.problem(frame) { throw CodecError(.unsupported, problem) }
    guard frame.bytes.count == frame.sampleCount * (frame.bitsAllocated / 8), frame.sampleCount > 0 else {
      throw CodecError(.description, "\(frame.bytes.count) bytes do not make a frame")
    }
  }
}
