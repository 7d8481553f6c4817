// SPDX-License-Identifier: Apache-2.0

import Archive
import DICOMCodecs
import DICOMCore
import DICOMFile
import DICOMPixels
import HTTPTypes

/// The frames of a stored image. Of native pixel data only the bytes of a frame are read; encapsulated pixel data is
/// read as a whole once, since its frames are found by walking over it.
struct StoredImage: Sendable {
  private enum Source: Sendable {
    case native(archive: ImageArchive, valueOffset: Int64, length: Int64, decoder: NativeFrameDecoder)
    case memory(FrameReader)
  }

  let instance: StoredInstance
  let description: PixelDescription
  let frameCount: Int
  let transferSyntax: TransferSyntax
  private let renderer: FrameRenderer
  private let source: Source

  init(_ instance: StoredInstance, archive: ImageArchive) throws {
    self.instance = instance
    transferSyntax = TransferSyntax(instance.transferSyntax)
    if transferSyntax.isNative, let (element, offset) = try archive.pixelDataElement(of: instance),
      !element.hasUndefinedLength
    {
      var header = try archive.header(of: instance)
      // What kind of element ends the header says whether samples are integers.
      header.set(DataElement(tag: element.tag, vr: element.vr, value: .bytes(.empty)))
      description = try PixelDescription(header)
      renderer = try FrameRenderer(header, description: description)
      let length = min(Int64(element.length), instance.location.length - offset)
      let decoder = NativeFrameDecoder(
        description: description, byteOrder: transferSyntax.byteOrder, vr: element.vr == .OB ? .OB : .OW)
      source = .native(archive: archive, valueOffset: offset, length: length, decoder: decoder)
      frameCount = min(description.numberOfFrames, Int(length * 8 / Int64(max(description.nativeFrameBits, 1))))
    } else {
      let dataSet = try archive.dataSet(of: instance)
      let reader = try FrameReader(dataSet, transferSyntax: transferSyntax)
      description = reader.description
      renderer = try FrameRenderer(dataSet, description: reader.description)
      frameCount = reader.frameCount
      source = .memory(reader)
    }
  }

  /// Bytes that stay in memory as long as this value.
  var memoryCost: Int {
    if case .native = source { 16 * 1024 } else { Int(clamping: instance.location.length) }
  }

  /// Decodes a frame, counted from 0.
  func decoded(_ frame: Int) throws -> DecodedFrame {
    switch source {
    case .memory(let reader): return try reader.frame(frame)
    case .native(_, _, _, let decoder):
      let (bytes, bits) = try nativeBytes(frame)
      return try decoder.decode(bytes, bits: bits)
    }
  }

  /// A decoded frame, colour as RGB.
  func pixels(_ frame: Int) throws -> DecodedFrame { try renderer.greyOrRGB(decoded(frame)) }

  /// Of frames with more pixels readers see one with fewer first.
  private static let largePixels = 4_000_000
  /// The longest side of that.
  private static let reducedSide = 1_280

  /// How many pixels of a frame, along each side, one of its first look stands for; 1 where it needs none.
  var reduction: Int {
    guard description.rows * description.columns > Self.largePixels, description.bitsAllocated > 1 else { return 1 }
    return (max(description.rows, description.columns) + Self.reducedSide - 1) / Self.reducedSide
  }

  /// A large frame with fewer pixels, each the mean of those that it stands for; nil for others.
  /// - Parameter pixels: the frame, as `pixels` gives it.
  func reduced(_ pixels: DecodedFrame) -> DecodedFrame? { renderer.reduced(pixels, by: reduction) }

  /// A frame as one of those that a blending presentation state puts over one another.
  func blendingPlane(_ frame: Int, _ transforms: SoftcopyPresentation) throws -> BlendingPlane {
    try renderer.blendingPlane(decoded(frame), index: frame, transforms: transforms)
  }

  /// An underlying frame with what a blending presentation state puts over it.
  func blended(
    _ frame: Int, superimposed: [BlendingPlane], state: BlendingPresentation, options: RenderOptions
  ) throws -> RenderedImage {
    try renderer.render(decoded(frame), index: frame, superimposed: superimposed, state: state, options: options)
  }

  func rendered(_ frame: Int, _ options: RenderOptions) throws -> RenderedImage {
    let subtraction = try renderer.subtraction(frame: frame, options: options)
    let shown = try subtraction?.difference { try decoded($0) } ?? decoded(frame)
    return try renderer.render(shown, index: frame, options: options, containers: containers(frame))
  }

  /// The frame with the bits that decoding clears, where overlays stand in them and the codec keeps them.
  private func containers(_ frame: Int) throws -> DecodedFrame? {
    guard renderer.needsContainers else { return nil }
    let wide = renderer.containerDescription
    switch source {
    case .native(_, _, _, let decoder):
      let (bytes, bits) = try nativeBytes(frame)
      return try NativeFrameDecoder(description: wide, byteOrder: decoder.byteOrder, vr: decoder.vr)
        .decode(bytes, bits: bits)
    case .memory(let reader):
      guard reader.locator.isEncapsulated else {
        let (bytes, bits) = try reader.locator.nativeBits(frame)
        return try NativeFrameDecoder(description: wide, byteOrder: transferSyntax.byteOrder).decode(bytes, bits: bits)
      }
      return try? CodecRegistry.standard.decode(
        try reader.codestream(frame), transferSyntax: transferSyntax, description: wide)
    }
  }

  /// The frame's bytes as they are stored, compressed; nil for native pixel data.
  func codestream(_ frame: Int) throws -> ByteSlice? {
    guard case .memory(let reader) = source, reader.locator.isEncapsulated else { return nil }
    return try reader.locator.codestream(frame)
  }

  /// A frame in the form of an encapsulated transfer syntax: as it is stored, else encoded anew.
  func encoded(_ frame: Int, as target: TransferSyntax) throws -> ByteSlice {
    if target == transferSyntax, let stored = try codestream(frame) { return stored }
    guard let encoder = CodecRegistry.standard.encoder(for: target) else {
      throw CodecError(.unsupported, "no encoder for transfer syntax \(target.uid)")
    }
    var decoded = try decoded(frame)
    let photometric = decoded.photometric
    if photometric == .ybrPartial422 || photometric == .ybrPartial420
      || photometric.isYBR && !encoder.constraints.allowsYBR
    {
      decoded = try renderer.greyOrRGB(decoded)
    }
    return ByteSlice(try encoder.encode(decoded, options: EncodingOptions()).bytes)
  }

  /// A frame as `pixels` or `reduced` gives it, in the form of an encapsulated transfer syntax without loss.
  static func encodedForDisplay(_ pixels: DecodedFrame, as target: TransferSyntax) throws -> ByteSlice {
    guard let encoder = CodecRegistry.standard.encoder(for: target), !encoder.isLossy else {
      throw CodecError(.unsupported, "no lossless encoder for transfer syntax \(target.uid)")
    }
    return ByteSlice(try encoder.encode(pixels, options: EncodingOptions()).bytes)
  }

  /// The frame as it stands in native little endian pixel data, or would stand there (PS3.18 table 8.7.3-4).
  func uncompressed(_ frame: Int) throws -> ByteSlice {
    if case .native = source, transferSyntax.byteOrder == .littleEndian {
      let (bytes, bits) = try nativeBytes(frame)
      if bits.lowerBound == 0, bits.count % 8 == 0 { return bytes }
    }
    let decoded = try decoded(frame)
    guard description.bitsAllocated == 1 else { return ByteSlice(decoded.bytes) }
    return ByteSlice(Self.packed(decoded.bytes))
  }

  /// Eight pixels to a byte, the first in its lowest bit (PS3.5 §8.1.1).
  private static func packed(_ pixels: [UInt8]) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: (pixels.count + 7) / 8)
    for index in pixels.indices where pixels[index] & 1 == 1 { bytes[index / 8] |= 1 << UInt8(index % 8) }
    return bytes
  }

  /// Whole bytes around a native frame, and the bits of them that it takes.
  private func nativeBytes(_ frame: Int) throws -> (ByteSlice, Range<Int>) {
    guard case .native(let archive, let valueOffset, let length, _) = source, (0..<frameCount).contains(frame) else {
      throw Problem(.notFound, "There are \(frameCount) frames.")
    }
    let size = Int64(description.nativeFrameBits)
    let start = size * Int64(frame)
    let (first, last) = (start / 8, min((start + size + 7) / 8, length))
    let bytes = try archive.readAll(instance.location, from: valueOffset + first, count: last - first)
    let offset = Int(start - first * 8)
    return (bytes, offset..<offset + Int(size))
  }
}
