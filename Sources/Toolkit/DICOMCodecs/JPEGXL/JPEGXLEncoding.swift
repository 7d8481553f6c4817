// SPDX-License-Identifier: Apache-2.0

import DICOMPixels
import LibJXL

/// One run of libjxl's encoder.
final class JPEGXLEncoding {
  let encoder: OpaquePointer
  private static let firstCapacity = 64 * 1024

  init() throws(CodecError) {
    guard let encoder = JxlEncoderCreate(nil) else { throw CodecError(.limit, "no memory for JPEG XL") }
    self.encoder = encoder
  }

  deinit { JxlEncoderDestroy(encoder) }

  func demand(_ status: JxlEncoderStatus) throws(CodecError) {
    guard status == JXL_ENC_SUCCESS else {
      throw CodecError(.unsupported, "JPEG XL could not be written (\(JxlEncoderGetError(encoder).rawValue))")
    }
  }

  func settings(effort: Int) throws(CodecError) -> OpaquePointer {
    guard let settings = JxlEncoderFrameSettingsCreate(encoder, nil) else {
      throw CodecError(.limit, "no memory for JPEG XL")
    }
    try demand(JxlEncoderFrameSettingsSetOption(settings, JXL_ENC_FRAME_SETTING_EFFORT, Int64(effort)))
    return settings
  }

  /// Size, precision and colours of the image.
  func configure(_ frame: DecodedFrame, isLossless: Bool) throws(CodecError) {
    var info = JxlBasicInfo()
    JxlEncoderInitBasicInfo(&info)
    info.xsize = UInt32(frame.columns)
    info.ysize = UInt32(frame.rows)
    info.bits_per_sample = UInt32(frame.bitsStored)
    info.num_color_channels = UInt32(frame.samplesPerPixel)
    info.uses_original_profile = isLossless ? 1 : 0
    // Samples of more than 12 bits without loss are beyond level 5 (ISO/IEC 18181-1 Annex M).
    if isLossless, frame.bitsStored > 12 { try demand(JxlEncoderSetCodestreamLevel(encoder, 10)) }
    try demand(JxlEncoderSetBasicInfo(encoder, &info))
    var colour = JxlColorEncoding()
    JxlColorEncodingSetToSRGB(&colour, frame.samplesPerPixel == 1 ? 1 : 0)
    try demand(JxlEncoderSetColorEncoding(encoder, &colour))
  }

  /// Everything that comes out.
  func finish() throws(CodecError) -> [UInt8] {
    JxlEncoderCloseInput(encoder)
    var bytes = [UInt8](repeating: 0, count: Self.firstCapacity)
    var done = 0
    while true {
      let status = bytes.withUnsafeMutableBufferPointer { buffer in
        var next = buffer.baseAddress.map { $0 + done }
        var available = buffer.count - done
        let status = JxlEncoderProcessOutput(encoder, &next, &available)
        done = buffer.count - available
        return status
      }
      if status == JXL_ENC_SUCCESS { break }
      guard status == JXL_ENC_NEED_MORE_OUTPUT else { throw CodecError(.unsupported, "JPEG XL could not be written") }
      bytes += [UInt8](repeating: 0, count: bytes.count)
    }
    bytes.removeLast(bytes.count - done)
    return bytes
  }
}
