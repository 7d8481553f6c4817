// SPDX-License-Identifier: Apache-2.0

import DICOMCore
import DICOMDictionary
import DICOMFile
import DICOMPixels

/// An image that is handed out in native form while it is decoded (PS3.5 §A.1, §A.2), so that one of any length costs
/// the memory of a few frames.
public struct DecodingStream: Sendable {
  /// Frames that each worker decodes before they are handed out.
  private static let framesPerWorker = 4

  /// The data set without pixel data, its attributes as they are for the native form. Little endian.
  public let header: DataSet
  /// Implicit or explicit VR little endian.
  public let transferSyntax: TransferSyntax
  private let conversion: UncompressedConversion
  private let workers: Int

  init(_ conversion: UncompressedConversion, header: DataSet, _ transferSyntax: TransferSyntax, workers: Int) {
    self.conversion = conversion
    self.header = header
    self.transferSyntax = transferSyntax
    self.workers = workers
  }

  public var numberOfFrames: Int { conversion.reader.frameCount }

  /// Hands out the encoded data set piece by piece.
  /// - Throws: `CodecError` with the frame that cannot be decoded, `WriteError`, and what `piece` throws.
  public func dataSet(_ piece: (ByteSlice) throws -> Void) async throws {
    func gather(_ isWanted: (Tag) -> Bool) throws {
      var part = header
      part.keep { isWanted($0.tag) }
      for bytes in try DataSetWriter.gather(part, transferSyntax: transferSyntax).pieces { try piece(bytes) }
    }
    try gather { $0 < .pixelData }
    let form = NativeForm(
      transferSyntax: transferSyntax.uid, pixelDataVR: conversion.pixelDataVR,
      pixelDataLength: conversion.pixelDataLength, dataSetLength: 0)
    try piece(ByteSlice(form.pixelDataHeader))
    try await pixelData { bytes, _ in try piece(ByteSlice(bytes)) }
    try gather { $0 > .pixelData }
  }

  /// Hands out the value of Pixel Data, frame by frame, each also as it was decoded; last what fills the value.
  func pixelData(_ piece: (_ bytes: [UInt8], _ decoded: [UInt8]?) throws -> Void) async throws {
    let isPacked = conversion.reader.description.bitsAllocated == 1
    var packer = BitPacker()
    var left = conversion.pixelDataLength
    // A few at a time, so that the next ones take the memory of the last.
    let batch = workers > 1 ? workers * Self.framesPerWorker : 1
    for start in stride(from: 0, to: numberOfFrames, by: batch) {
      let part = min(batch, numberOfFrames - start)
      let decoded = try await BoundedConcurrency.map(part, workers: workers) { (index) throws(CodecError) in
        do throws(CodecError) {
          return try conversion.native(start + index)
        } catch {
          throw CodecError(error.code, error.reason, frame: start + index)
        }
      }
      for frame in decoded {
        let bytes = isPacked ? packer.pack(frame) : frame
        left -= bytes.count
        try piece(bytes, frame)
      }
    }
    let rest = packer.flush()
    left -= rest.count
    let end = rest + [UInt8](repeating: 0, count: max(left, 0))
    if !end.isEmpty { try piece(end, nil) }
  }
}

extension Transcoder {
  /// The decoding of encapsulated pixel data into a little endian target; nil for all else, and where what is written
  /// is to be compared, which needs all of it.
  public func decoding(
    _ dataSet: DataSet, from source: TransferSyntax
  ) throws(CodecError) -> DecodingStream? {
    guard !options.verifies, target == .implicitVRLittleEndian || target == .explicitVRLittleEndian,
      dataSet[.pixelDataProviderURL] == nil, case .fragments = dataSet[.pixelData]?.value,
      options.codecs.canDecode(source)
    else { return nil }
    var cleaned = dataSet
    cleaned.keep { !$0.tag.isGroupLength }
    let conversion = try UncompressedConversion(cleaned, transferSyntax: source, codecs: options.codecs)
    var header = conversion.header
    try recordSource(cleaned, source, conversion.reader, in: &header)
    header.byteOrder = .littleEndian
    return DecodingStream(conversion, header: header, target, workers: options.workers)
  }
}
