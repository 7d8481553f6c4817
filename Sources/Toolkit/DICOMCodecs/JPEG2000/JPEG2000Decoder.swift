// SPDX-License-Identifier: Apache-2.0

import CJPEG2000
import DICOMCore
import DICOMPixels
import LibOpenJPEG

/// JPEG 2000 Part 1, multi-component streams of Part 2, of which the frames of an image share one, and
/// High-Throughput JPEG 2000 (PS3.5 §8.2.4, §8.2.14, §A.4.4), over OpenJPEG.
///
/// Of Part 2 what `MultiComponentTransform` says is done, everything else refused by name.
public struct JPEG2000Decoder: FrameGroupDecoder {
  public init() {}

  public func decode(_ codestream: ByteSlice, description: PixelDescription) throws(CodecError) -> DecodedFrame {
    try decode(codestream, description: description, frames: 1)[0]
  }

  public func decode(
    _ codestream: ByteSlice, description: PixelDescription, frames: Int
  ) throws(CodecError) -> [DecodedFrame] {
    let header = try JPEG2000Header(codestream)
    guard header.width == description.columns, header.height == description.rows,
      header.components == description.samplesPerPixel * frames
    else {
      throw CodecError(.mismatch, "JPEG 2000 of \(header.width) × \(header.height) × \(header.components)")
    }
    guard header.tiles <= JPEG2000Header.maximumTiles else {
      throw CodecError(.limit, "\(header.tiles) JPEG 2000 tiles")
    }
    var transform: MultiComponentTransform?
    if header.usesExtensions, !header.isBoxed {
      transform = try MultiComponentTransform(codestream.array, components: header.components)
    }
    let messages = OpenJPEGMessages()
    let source = OpenJPEGSource(transform.map { ByteSlice($0.codestream) } ?? codestream)
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
      let components = try Self.components(decoded, header, description, transform)
      return (0..<frames).map { Self.frame($0, of: components, header, description) }
    }
  }

  /// The samples of a component.
  private struct Component {
    let data: UnsafeMutablePointer<Int32>
    let bits: Int
  }

  /// The components of the image, transformed where that is asked for.
  private static func components(
    _ image: opj_image_t, _ header: JPEG2000Header, _ description: PixelDescription,
    _ transform: MultiComponentTransform?
  ) throws(CodecError) -> [Component] {
    guard Int(image.numcomps) == header.components, let components = image.comps else {
      throw CodecError(.mismatch, "JPEG 2000 of \(image.numcomps) components")
    }
    var found: [Component] = []
    for index in 0..<header.components {
      let component = components[index]
      let bits = transform.map { $0.bits(index) } ?? Int(component.prec)
      guard Int(component.w) == description.columns, Int(component.h) == description.rows, let data = component.data,
        bits <= description.sampleBytes * 8
      else { throw CodecError(.unsupported, "JPEG 2000 component \(index) of another size than the image") }
      found.append(Component(data: data, bits: bits))
    }
    transform?.apply(found.map(\.data), count: description.pixelsPerFrame)
    return found
  }

  private static func frame(
    _ number: Int, of all: [Component], _ header: JPEG2000Header, _ description: PixelDescription
  ) -> DecodedFrame {
    let samples = description.samplesPerPixel
    let pixels = description.pixelsPerFrame
    let components = all[number * samples..<(number + 1) * samples]
    var bytes = [UInt8](unsafeUninitializedCapacity: description.decodedFrameBytes) { output, written in
      for (index, component) in components.enumerated() {
        guard let base = output.baseAddress else { continue }
        let data = component.data
        let raw = UnsafeMutableRawPointer(base)
        switch description.sampleBytes {
        case 1: copy(data, raw.assumingMemoryBound(to: UInt8.self) + index, samples, pixels)
        case 2: copy(data, raw.assumingMemoryBound(to: UInt16.self) + index, samples, pixels)
        default: copy(data, raw.assumingMemoryBound(to: UInt32.self) + index, samples, pixels)
        }
      }
      written = description.decodedFrameBytes
    }
    let precision = components.map(\.bits).max() ?? 0
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
