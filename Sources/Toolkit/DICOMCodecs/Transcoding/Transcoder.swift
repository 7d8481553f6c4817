// SPDX-License-Identifier: Apache-2.0

import DICOMCore
import DICOMDictionary
import DICOMFile
import DICOMPixels

/// Brings whole data sets into another transfer syntax: pixel data, and every attribute that depends on how it is
/// encoded (PS3.5 §8.2, §A.4).
///
/// Frames are worked on side by side. What was compressed is decoded again and compared before it is returned. Lossless
/// compression keeps the SOP Instance UID; lossy compression makes a derived image (PS3.3 §C.7.6.1.1.5).
public struct Transcoder: Sendable {
  public let target: TransferSyntax
  public let options: TranscodingOptions

  public init(to target: TransferSyntax, options: TranscodingOptions = TranscodingOptions()) throws(CodecError) {
    guard options.codecs.canEncode(target) else {
      throw CodecError(.unsupported, "no encoder for transfer syntax \(target.uid)")
    }
    self.target = target
    self.options = options
  }

  /// Converts a data set that was read with its pixel data.
  ///
  /// Data sets without pixel data go to explicit VR little endian where the target is encapsulated. A data set that is
  /// in the target syntax already is returned as it is.
  public func transcode(_ dataSet: DataSet, from source: TransferSyntax) async throws(CodecError) -> TranscodedImage {
    if source == target { return TranscodedImage(dataSet, source) }
    var cleaned = dataSet
    cleaned.keep { !$0.tag.isGroupLength }
    if cleaned[.pixelDataProviderURL] != nil {
      throw CodecError(.unsupported, "the pixel data stands elsewhere (\(source.uid))")
    }
    guard let element = cleaned[.pixelData] else {
      if target.isEncapsulated, cleaned[.floatPixelData] != nil || cleaned[.doubleFloatPixelData] != nil {
        throw CodecError(.unsupported, "\(name(target)) holds no floating point samples")
      }
      return TranscodedImage(cleaned, target.isEncapsulated ? .explicitVRLittleEndian : target)
    }
    guard options.codecs.canDecode(source) else {
      throw CodecError(.unsupported, "\(name(source)) is carried as it is, not decoded")
    }
    if let repacked = try await repacked(cleaned, element, from: source) { return repacked }
    if target.isEncapsulated { return try await encapsulated(cleaned, from: source) }
    if case .fragments = element.value { return try await native(cleaned, from: source) }
    return TranscodedImage(cleaned, target)
  }

  private func name(_ transferSyntax: TransferSyntax) -> String {
    TransferSyntaxes.name(transferSyntax) ?? transferSyntax.uid.rawValue
  }

  // MARK: To encapsulated pixel data

  private struct Work: Sendable {
    let bytes: [UInt8]
    let photometric: PhotometricInterpretation
    let difference: FrameDifference?
  }

  private func encapsulated(_ dataSet: DataSet, from source: TransferSyntax) async throws(CodecError) -> TranscodedImage
  {
    guard let encoder = options.codecs.encoder(for: target) else {
      throw CodecError(.unsupported, "no encoder for transfer syntax \(target.uid)")
    }
    let reader = try FrameReader(dataSet, transferSyntax: source, codecs: options.codecs)
    let count = reader.description.numberOfFrames
    guard reader.frameCount == count else {
      throw CodecError(.truncated, "\(reader.frameCount) of \(count) frames are there")
    }
    let works = try await BoundedConcurrency.map(count, workers: options.workers) { (index) throws(CodecError) in
      do throws(CodecError) {
        return try encode(try reader.frame(index), encoder, reader.description)
      } catch {
        throw CodecError(error.code, error.reason, frame: index)
      }
    }
    var converted = dataSet
    EmbeddedOverlays.extract(from: dataSet, to: &converted, description: reader.description)
    UncompressedConversion.convertIcon(&converted, source, options.codecs)
    try Encapsulation.set(works.map(\.bytes), in: &converted, table: options.offsetTable)
    let photometric = works[0].photometric
    guard works.allSatisfy({ $0.photometric == photometric }) else {
      throw CodecError(.unsupported, "frames of different photometric interpretation")
    }
    converted.set(.photometricInterpretation, .CS, photometric.rawValue)
    if reader.description.samplesPerPixel > 1 { converted.set(.planarConfiguration, .US, integers: [0]) }
    let size = works.reduce(0) { $0 + $1.bytes.count }
    let ratio = Double(reader.description.samplesPerFrame * reader.description.bitsAllocated * count) / 8 / Double(size)
    let difference = try verified(works, isLossy: encoder.isLossy, bits: reader.description.bitsStored)
    try recordSource(dataSet, source, reader, in: &converted)
    if encoder.isLossy, let method = LossyCompressionRecord.method(target) {
      LossyCompressionRecord(method: method, ratio: ratio, name: name(target))
        .derive(&converted, newUID: options.newUID())
    }
    return TranscodedImage(
      converted, target, frames: count, isLossy: encoder.isLossy, ratio: ratio, difference: difference)
  }

  private func encode(
    _ decoded: DecodedFrame, _ encoder: any FrameEncoder, _ description: PixelDescription
  ) throws(CodecError) -> Work {
    var frame = decoded
    let isPartial = frame.photometric == .ybrPartial422 || frame.photometric == .ybrPartial420
    if isPartial || frame.photometric.isYBR && !encoder.constraints.allowsYBR { frame = try Self.rgb(frame) }
    let encoded = try encoder.encode(frame, options: options.encoding)
    guard options.verifies else {
      return Work(bytes: encoded.bytes, photometric: encoded.photometric, difference: nil)
    }
    var written = description
    written.photometric = encoded.photometric
    written.isPlanar = false
    var back = try options.codecs.decode(ByteSlice(encoded.bytes), transferSyntax: target, description: written)
    if back.photometric != frame.photometric, back.photometric.isYBR || frame.photometric.isYBR {
      back = try Self.rgb(back)
      frame = try Self.rgb(frame)
    }
    var difference = FrameDifference(bits: description.bitsStored)
    try difference.add(frame, back)
    return Work(bytes: encoded.bytes, photometric: encoded.photometric, difference: difference)
  }

  private static func rgb(_ frame: DecodedFrame) throws(CodecError) -> DecodedFrame {
    do throws(PixelError) {
      return try ColourConverter.greyOrRGB(frame, palette: nil)
    } catch {
      throw CodecError(error)
    }
  }

  /// Lossless: nothing differs. Lossy: within the bounds of the options, and of the codec where it has one.
  private func verified(_ works: [Work], isLossy: Bool, bits: Int) throws(CodecError) -> FrameDifference? {
    guard options.verifies else { return nil }
    var total = FrameDifference(bits: bits)
    for (index, work) in works.enumerated() {
      guard let difference = work.difference else { continue }
      var bound = isLossy ? options.maximumError : 0
      if target.uid == "1.2.840.10008.1.2.4.81" { bound = min(bound ?? .max, options.encoding.near) }
      if let bound, difference.maximum > bound {
        throw CodecError(.verification, "samples come back \(difference.maximum) off, \(bound) allowed", frame: index)
      }
      guard difference.peakSignalToNoise >= options.minimumPeakSignalToNoise else {
        let ratio = Int(difference.peakSignalToNoise.rounded())
        throw CodecError(.verification, "signal to noise of \(ratio) dB is too low", frame: index)
      }
      total.add(difference)
    }
    return total
  }

  // MARK: To native pixel data

  private func native(_ dataSet: DataSet, from source: TransferSyntax) async throws(CodecError) -> TranscodedImage {
    let conversion = try UncompressedConversion(dataSet, transferSyntax: source, codecs: options.codecs)
    let count = conversion.reader.frameCount
    var converted = conversion.header
    try recordSource(dataSet, source, conversion.reader, in: &converted)
    let stream = DecodingStream(conversion, header: converted, target, workers: options.workers)
    var bytes: [UInt8] = []
    bytes.reserveCapacity(conversion.pixelDataLength)
    var frames: [[UInt8]] = []
    do {
      try await stream.pixelData { piece, decoded in
        bytes += piece
        if options.verifies, let decoded { frames.append(decoded) }
      }
    } catch let error as CodecError {
      throw error
    } catch {
      throw CodecError(.corrupt, "\(error)")
    }
    let element = DataElement(tag: .pixelData, vr: conversion.pixelDataVR, value: .bytes(ByteSlice(bytes)))
    converted.byteOrder = .littleEndian
    converted.set(element)
    var difference: FrameDifference?
    if options.verifies {
      difference = FrameDifference(bits: conversion.reader.description.bitsStored)
      let reader = try FrameReader(converted, transferSyntax: .explicitVRLittleEndian, codecs: options.codecs)
      for index in 0..<count where try reader.frame(index).bytes != frames[index] {
        throw CodecError(.verification, "the frame comes back otherwise", frame: index)
      }
    }
    return TranscodedImage(converted, target, frames: count, difference: difference)
  }

  // MARK: What the source was

  /// A source of lossy JPEG that does not say so is recorded as what it is.
  func recordSource(
    _ dataSet: DataSet, _ source: TransferSyntax, _ reader: FrameReader, in converted: inout DataSet
  ) throws(CodecError) {
    guard UncompressedConversion.lossyJPEG.contains(source.uid),
      (dataSet.string(.lossyImageCompressionMethod) ?? "").isEmpty,
      let method = LossyCompressionRecord.method(source)
    else { return }
    var size = 0
    for index in 0..<reader.frameCount { size += try reader.codestream(index).count }
    let bits = reader.description.samplesPerFrame * reader.description.bitsAllocated * reader.frameCount
    LossyCompressionRecord(method: method, ratio: Double(bits) / 8 / Double(max(size, 1)), name: name(source))
      .addCompression(to: &converted)
  }
}
