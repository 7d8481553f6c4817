// SPDX-License-Identifier: Apache-2.0

import DICOMCore
import DICOMDictionary
import DICOMPixels

/// JPEG to JPEG XL and back without decoding (PS3.5 §10.20).
extension Transcoder {
  private static let baselineJPEG = TransferSyntax("1.2.840.10008.1.2.4.50")
  private static let recompressedJPEG = TransferSyntax("1.2.840.10008.1.2.4.111")

  /// The data set with its JPEG streams repacked; nil where that does not apply.
  func repacked(
    _ dataSet: DataSet, _ element: DataElement, from source: TransferSyntax
  ) async throws(CodecError) -> TranscodedImage? {
    let isForth = source == Self.baselineJPEG && target == Self.recompressedJPEG
    let isBack = source == Self.recompressedJPEG && target == Self.baselineJPEG
    guard isForth || isBack, case .fragments = element.value else { return nil }
    let reader = try FrameReader(dataSet, transferSyntax: source, codecs: options.codecs)
    let frames = try await BoundedConcurrency.map(
      reader.frameCount, workers: options.workers
    ) { (index) throws(CodecError) -> [UInt8]? in
      let codestream = try reader.codestream(index)
      return isForth ? repack(codestream, options) : JPEGXLDecoder.jpeg(in: codestream)
    }
    let repacked = frames.compactMap { $0 }
    guard repacked.count == frames.count, !repacked.isEmpty else { return nil }
    var converted = dataSet
    try Encapsulation.set(repacked, in: &converted, table: options.offsetTable)
    return TranscodedImage(
      converted, target, frames: frames.count, difference: FrameDifference(bits: reader.description.bitsStored))
  }
}

/// The JPEG stream as JPEG XL, if it comes back byte by byte.
private func repack(_ jpeg: ByteSlice, _ options: TranscodingOptions) -> [UInt8]? {
  // A pad byte behind the end of the stream is none of its own.
  var end = jpeg.count
  if end > 2, jpeg[end - 1] == 0, jpeg[end - 2] == 0xD9 { end -= 1 }
  let stream = jpeg[0..<end]
  guard let packed = try? JPEGXLEncoder.recompress(stream, options: options.encoding) else { return nil }
  if options.verifies, JPEGXLDecoder.jpeg(in: ByteSlice(packed)).map(ByteSlice.init) != stream { return nil }
  return packed
}
