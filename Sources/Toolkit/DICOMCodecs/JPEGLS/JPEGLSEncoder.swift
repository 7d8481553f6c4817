// SPDX-License-Identifier: Apache-2.0

import DICOMPixels
import LibCharLS

/// JPEG-LS, lossless and near-lossless (ISO/IEC 14495-1, PS3.5 §8.2.3), over CharLS.
public struct JPEGLSEncoder: FrameEncoder {
  /// Samples may be off by `EncodingOptions.near`.
  public let isNearLossless: Bool

  public init(isNearLossless: Bool = false) { self.isNearLossless = isNearLossless }

  public var isLossy: Bool { isNearLossless }

  public var constraints: EncodingConstraints {
    EncodingConstraints(name: "JPEG-LS", bitsStored: 2...16, allowsSigned: !isNearLossless)
  }

  /// Colour is interleaved by line.
  public func encode(_ frame: DecodedFrame, options: EncodingOptions) throws(CodecError) -> EncodedFrame {
    try check(frame)
    guard let encoder = charls_jpegls_encoder_create() else { throw CodecError(.limit, "no memory for JPEG-LS") }
    defer { charls_jpegls_encoder_destroy(encoder) }
    var info = charls_frame_info(
      width: UInt32(frame.columns), height: UInt32(frame.rows), bits_per_sample: Int32(frame.bitsStored),
      component_count: Int32(frame.samplesPerPixel))
    let mode = frame.samplesPerPixel == 1 ? CHARLS_INTERLEAVE_MODE_NONE : CHARLS_INTERLEAVE_MODE_LINE
    // At most half of the greatest value (ISO/IEC 14495-1 §C.2.3).
    let near = isNearLossless ? min(options.near, ((1 << frame.bitsStored) - 1) / 2) : 0
    var capacity = 0
    guard charls_jpegls_encoder_set_frame_info(encoder, &info) == CHARLS_JPEGLS_ERRC_SUCCESS,
      charls_jpegls_encoder_set_interleave_mode(encoder, mode) == CHARLS_JPEGLS_ERRC_SUCCESS,
      charls_jpegls_encoder_set_near_lossless(encoder, Int32(near)) == CHARLS_JPEGLS_ERRC_SUCCESS,
      charls_jpegls_encoder_get_estimated_destination_size(encoder, &capacity) == CHARLS_JPEGLS_ERRC_SUCCESS
    else { throw CodecError(.unsupported, "JPEG-LS refuses the image") }
    let samples = SampleReader.unsigned(frame, bits: frame.bitsStored, sampleBytes: frame.bitsStored <= 8 ? 1 : 2)
    var status = CHARLS_JPEGLS_ERRC_SUCCESS
    // Noise grows beyond the estimate.
    let room = capacity + capacity / 2 + 1024
    let bytes = [UInt8](unsafeUninitializedCapacity: room) { output, written in
      samples.withUnsafeBytes { input in
        guard let target = output.baseAddress, let source = input.baseAddress else { return }
        status = charls_jpegls_encoder_set_destination_buffer(encoder, target, room)
        if status == CHARLS_JPEGLS_ERRC_SUCCESS {
          status = charls_jpegls_encoder_encode_from_buffer(encoder, source, input.count, 0)
        }
        if status == CHARLS_JPEGLS_ERRC_SUCCESS {
          status = charls_jpegls_encoder_get_bytes_written(encoder, &written)
        }
      }
    }
    guard status == CHARLS_JPEGLS_ERRC_SUCCESS else {
      throw CodecError(.unsupported, "JPEG-LS: \(String(cString: charls_get_error_message(status)))")
    }
    return EncodedFrame(bytes: bytes, photometric: frame.photometric)
  }
}
