// SPDX-License-Identifier: Apache-2.0

import DICOMCore
import DICOMPixels
import LibJXL

/// JPEG XL, lossless, recompressed JPEG and lossy (ISO/IEC 18181, PS3.5 §8.2.15), over libjxl.
public struct JPEGXLDecoder: FrameDecoder {
  /// Alpha and the like, which are decoded though nobody asks for them.
  private static let maximumExtraChannels = 4

  /// YBR_FULL is taken for what it says: the samples have been stored without regard to their colours.
  public let keepsColour: Bool

  public init(keepsColour: Bool = false) { self.keepsColour = keepsColour }

  public func decode(_ codestream: ByteSlice, description: PixelDescription) throws(CodecError) -> DecodedFrame {
    guard let decoder = JxlDecoderCreate(nil) else { throw CodecError(.limit, "no memory for JPEG XL") }
    defer { JxlDecoderDestroy(decoder) }
    return try codestream.withUnsafeBytes { (input) throws(CodecError) in
      let events = Int32(JXL_DEC_BASIC_INFO.rawValue | JXL_DEC_FULL_IMAGE.rawValue)
      guard let source = input.bindMemory(to: UInt8.self).baseAddress,
        JxlDecoderSubscribeEvents(decoder, events) == JXL_DEC_SUCCESS,
        JxlDecoderSetKeepOrientation(decoder, 1) == JXL_DEC_SUCCESS,
        JxlDecoderSetInput(decoder, source, input.count) == JXL_DEC_SUCCESS
      else { throw CodecError(.corrupt, "JPEG XL stream cannot be read") }
      JxlDecoderCloseInput(decoder)
      return try decode(decoder, description)
    }
  }

  private func decode(_ decoder: OpaquePointer, _ description: PixelDescription) throws(CodecError) -> DecodedFrame {
    var info = JxlBasicInfo()
    guard JxlDecoderProcessInput(decoder) == JXL_DEC_BASIC_INFO,
      JxlDecoderGetBasicInfo(decoder, &info) == JXL_DEC_SUCCESS
    else { throw CodecError(.corrupt, "no JPEG XL header") }
    guard Int(info.xsize) == description.columns, Int(info.ysize) == description.rows,
      Int(info.num_color_channels) == description.samplesPerPixel, info.exponent_bits_per_sample == 0,
      (1...16).contains(info.bits_per_sample), info.num_extra_channels <= Self.maximumExtraChannels
    else {
      throw CodecError(
        .mismatch,
        "JPEG XL of \(info.xsize) × \(info.ysize) × \(info.num_color_channels) × \(info.bits_per_sample) bits"
      )
    }
    let sampleBytes = info.bits_per_sample <= 8 ? 1 : 2
    var format = JxlPixelFormat(
      num_channels: info.num_color_channels, data_type: sampleBytes == 1 ? JXL_TYPE_UINT8 : JXL_TYPE_UINT16,
      endianness: JXL_LITTLE_ENDIAN, align: 0)
    let size = description.samplesPerFrame * sampleBytes
    var complete = false
    var samples = [UInt8](unsafeUninitializedCapacity: size) { output, written in
      guard JxlDecoderProcessInput(decoder) == JXL_DEC_NEED_IMAGE_OUT_BUFFER,
        JxlDecoderSetImageOutBuffer(decoder, &format, output.baseAddress, size) == JXL_DEC_SUCCESS,
        JxlDecoderProcessInput(decoder) == JXL_DEC_FULL_IMAGE
      else { return }
      complete = true
      written = size
    }
    guard complete else { throw CodecError(.corrupt, "JPEG XL stream is corrupt or ends early") }
    unscale(&samples, bits: Int(info.bits_per_sample), sampleBytes: sampleBytes)
    let isKept = description.samplesPerPixel != 3 || keepsColour && description.photometric == .ybrFull
    let photometric: PhotometricInterpretation? = isKept ? nil : .rgb
    // Only lossless streams keep the original's colour profile.
    let overshoots = info.uses_original_profile == 0 && Int(info.bits_per_sample) > description.highBit + 1
    return SampleWriter.frame(
      samples, sampleBytes: sampleBytes, description, photometric: photometric, overshoots: overshoots)
  }

  /// libjxl stretches samples to the full range of the container; this takes them back, exactly.
  private func unscale(_ samples: inout [UInt8], bits: Int, sampleBytes: Int) {
    guard bits < sampleBytes * 8 else { return }
    let maximum = UInt32(1 << bits - 1)
    let full = UInt32(1 << (sampleBytes * 8) - 1)
    samples.withUnsafeMutableBytes { buffer in
      if sampleBytes == 1 {
        for index in buffer.indices {
          buffer[index] = UInt8(truncatingIfNeeded: (UInt32(buffer[index]) * maximum + full / 2) / full)
        }
      } else {
        let words = buffer.assumingMemoryBound(to: UInt16.self)
        for index in words.indices {
          words[index] = UInt16(truncatingIfNeeded: (UInt32(words[index]) * maximum + full / 2) / full)
        }
      }
    }
  }
}
