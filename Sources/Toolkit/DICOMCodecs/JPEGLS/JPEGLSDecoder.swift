// SPDX-License-Identifier: Apache-2.0

import DICOMCore
import DICOMPixels
import LibCharLS

/// JPEG-LS, lossless and near-lossless (ISO/IEC 14495-1, PS3.5 §8.2.3), over CharLS.
public struct JPEGLSDecoder: FrameDecoder {
  public init() {}

  public func decode(_ codestream: ByteSlice, description: PixelDescription) throws(CodecError) -> DecodedFrame {
    guard let decoder = charls_jpegls_decoder_create() else { throw CodecError(.limit, "no memory for JPEG-LS") }
    defer { charls_jpegls_decoder_destroy(decoder) }
    return try codestream.withUnsafeBytes { (input) throws(CodecError) in
      guard let source = input.baseAddress, !input.isEmpty else { throw CodecError(.truncated, "empty JPEG-LS stream") }
      try check(charls_jpegls_decoder_set_source_buffer(decoder, source, input.count))
      var header = charls_spiff_header()
      var found: Int32 = 0
      try check(charls_jpegls_decoder_read_spiff_header(decoder, &header, &found))
      try check(charls_jpegls_decoder_read_header(decoder))
      return try decode(decoder, description)
    }
  }

  private func decode(_ decoder: OpaquePointer, _ description: PixelDescription) throws(CodecError) -> DecodedFrame {
    var info = charls_frame_info()
    var mode = CHARLS_INTERLEAVE_MODE_NONE
    try check(charls_jpegls_decoder_get_frame_info(decoder, &info))
    try check(charls_jpegls_decoder_get_interleave_mode(decoder, &mode))
    guard Int(info.width) == description.columns, Int(info.height) == description.rows,
      Int(info.component_count) == description.samplesPerPixel
    else {
      throw CodecError(.mismatch, "JPEG-LS of \(info.width) × \(info.height) × \(info.component_count)")
    }
    let sampleBytes = info.bits_per_sample <= 8 ? 1 : 2
    let size = description.samplesPerFrame * sampleBytes
    var status = CHARLS_JPEGLS_ERRC_SUCCESS
    var samples = [UInt8](unsafeUninitializedCapacity: size) { output, written in
      guard let base = output.baseAddress else { return }
      status = charls_jpegls_decoder_decode_to_buffer(decoder, base, size, 0)
      written = status == CHARLS_JPEGLS_ERRC_SUCCESS ? size : 0
    }
    try check(status)
    if description.samplesPerPixel > 1, mode == CHARLS_INTERLEAVE_MODE_NONE {
      var planes = description
      planes.bitsAllocated = sampleBytes * 8
      samples = PlanarConfiguration.interleave(samples, planes)
    }
    var near: Int32 = 0
    try check(charls_jpegls_decoder_get_near_lossless(decoder, 0, &near))
    let overshoots = near > 0 && Int(info.bits_per_sample) > description.highBit + 1
    return SampleWriter.frame(samples, sampleBytes: sampleBytes, description, overshoots: overshoots)
  }

  private func check(_ status: charls_jpegls_errc) throws(CodecError) {
    guard status != CHARLS_JPEGLS_ERRC_SUCCESS else { return }
    let text = charls_get_error_message(status).map { String(cString: $0) } ?? "JPEG-LS error"
    throw CodecError(status == CHARLS_JPEGLS_ERRC_SOURCE_BUFFER_TOO_SMALL ? .truncated : .corrupt, text)
  }
}
