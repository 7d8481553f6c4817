// SPDX-License-Identifier: Apache-2.0

import CJPEG2000
import DICOMCore
import DICOMPixels
import LibOpenJPEG

/// JPEG 2000 Part 1, the multi-component syntaxes of Part 2 where they use Part 1 only, and High-Throughput JPEG 2000
/// (PS3.5 §8.2.4, §8.2.14), over OpenJPEG. Extensions of Part 2, such as transforms by arrays, are refused.
public struct JPEG2000Decoder: FrameDecoder {
  public init() {}

  public func decode(_ codestream: ByteSlice, description: PixelDescription) throws(CodecError) -> DecodedFrame {
    let header = try JPEG2000Header(codestream)
    // The frames of a multi-component collection share one codestream (PS3.5 §A.4.4, ISO/IEC 15444-2 Annex J).
    if header.components > 4, header.components > description.samplesPerPixel {
      throw CodecError(
        .unsupported, "JPEG 2000 Part 2 with \(header.components) components: frames that share a codestream")
    }
    guard header.width == description.columns, header.height == description.rows,
      header.components == description.samplesPerPixel
    else {
      throw CodecError(.mismatch, "JPEG 2000 of \(header.width) × \(header.height) × \(header.components)")
    }
    guard header.tiles <= JPEG2000Header.maximumTiles else {
      throw CodecError(.limit, "\(header.tiles) JPEG 2000 tiles")
    }
    let messages = OpenJPEGMessages()
    let source = OpenJPEGSource(codestream)
    return try withExtendedLifetime((source, messages)) { () throws(CodecError) in
      guard let codec = opj_create_decompress(header.isBoxed ? OPJ_CODEC_JP2 : OPJ_CODEC_J2K),
        let stream = source.makeStream()
      else { throw CodecError(.limit, "no memory for JPEG 2000") }
      var image: UnsafeMutablePointer<opj_image_t>?
      defer {
        opj_image_destroy(image)
        opj_stream_destroy(stream)
        opj_destroy_codec(codec)
      }
      messages.attach(codec)
      var parameters = opj_dparameters_t()
      opj_set_default_decoder_parameters(&parameters)
      parameters.flags |= UInt32(OPJ_DPARAMETERS_IGNORE_PCLR_CMAP_CDEF_FLAG)
      guard opj_setup_decoder(codec, &parameters) != 0, opj_read_header(stream, codec, &image) != 0,
        cjpeg2000_decode_openjpeg(codec, stream, image) != 0, let decoded = image?.pointee
      else {
        if header.usesExtensions {
          throw CodecError(.unsupported, "extensions of JPEG 2000 Part 2: \(messages.text)")
        }
        throw CodecError(.corrupt, messages.text.isEmpty ? "JPEG 2000 stream is corrupt" : messages.text)
      }
      return try Self.frame(decoded, header, description)
    }
  }

  private static func frame(
    _ image: opj_image_t, _ header: JPEG2000Header, _ description: PixelDescription
  ) throws(CodecError) -> DecodedFrame {
    let samples = description.samplesPerPixel
    let pixels = description.pixelsPerFrame
    guard Int(image.numcomps) == samples, let components = image.comps else {
      throw CodecError(.mismatch, "JPEG 2000 of \(image.numcomps) components")
    }
    for index in 0..<samples {
      let component = components[index]
      guard Int(component.w) == description.columns, Int(component.h) == description.rows, component.data != nil,
        component.prec <= description.sampleBytes * 8
      else { throw CodecError(.unsupported, "JPEG 2000 component \(index) of another size than the image") }
    }
    var bytes = [UInt8](unsafeUninitializedCapacity: description.decodedFrameBytes) { output, written in
      for index in 0..<samples {
        guard let data = components[index].data, let base = output.baseAddress else { continue }
        let raw = UnsafeMutableRawPointer(base)
        switch description.sampleBytes {
        case 1: copy(data, raw.assumingMemoryBound(to: UInt8.self) + index, samples, pixels)
        case 2: copy(data, raw.assumingMemoryBound(to: UInt16.self) + index, samples, pixels)
        default: copy(data, raw.assumingMemoryBound(to: UInt32.self) + index, samples, pixels)
        }
      }
      written = description.decodedFrameBytes
    }
    let precision = (0..<samples).map { Int(components[$0].prec) }.max() ?? 0
    if header.isIrreversible, precision > description.highBit + 1 { SampleContainer.clamp(&bytes, description) }
    SampleContainer.normalize(&bytes, description)
    return DecodedFrame(description, photometric: photometric(header, description), bytes: bytes)
  }

  private static func copy(
    _ data: UnsafePointer<Int32>, _ output: UnsafeMutablePointer<UInt8>, _ stride: Int, _ count: Int
  ) {
    for index in 0..<count { output[index * stride] = UInt8(truncatingIfNeeded: data[index]) }
  }

  private static func copy(
    _ data: UnsafePointer<Int32>, _ output: UnsafeMutablePointer<UInt16>, _ stride: Int, _ count: Int
  ) {
    for index in 0..<count { output[index * stride] = UInt16(truncatingIfNeeded: data[index]) }
  }

  private static func copy(
    _ data: UnsafePointer<Int32>, _ output: UnsafeMutablePointer<UInt32>, _ stride: Int, _ count: Int
  ) {
    for index in 0..<count { output[index * stride] = UInt32(truncatingIfNeeded: data[index]) }
  }

  /// OpenJPEG undoes the component transform, so RGB comes out whatever of YBR_ICT and YBR_RCT is stored.
  private static func photometric(
    _ header: JPEG2000Header, _ description: PixelDescription
  ) -> PhotometricInterpretation {
    let stored = description.photometric
    guard description.samplesPerPixel == 3 else { return stored }
    if header.hasComponentTransform || stored == .ybrICT || stored == .ybrRCT { return .rgb }
    return stored
  }
}
