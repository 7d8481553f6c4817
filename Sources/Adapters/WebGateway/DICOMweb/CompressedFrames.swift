// SPDX-License-Identifier: Apache-2.0

import DICOMCodecs
import DICOMCore
import DICOMDictionary
import DICOMPixels
import DICOMWeb

/// Frames that a client stores as images or video beside their metadata (PS3.18 §10.5.2, table 10.5.2-1).
struct CompressedFrames {
  let transferSyntax: TransferSyntax
  let frames: [ByteSlice]
  private let description: PixelDescription?

  /// - Throws: `CodecError` for media types that would have to be transformed, and for frames that are none.
  init(_ media: MediaType, _ parts: [ByteSlice]) throws {
    let named = media.transferSyntax.map { TransferSyntax(UID($0)) }
    if let named, !named.isEncapsulated {
      throw CodecError(.unsupported, "\(media.essence) has not the transfer syntax \(named.uid)")
    }
    switch media.essence {
    case "image/jpeg", "image/jls", "image/jp2", "image/jpx", "image/jph", "image/jphc":
      let isHighThroughput = ["image/jph", "image/jphc"].contains(media.essence)
      let read = try parts.map { try Codestream($0, highThroughput: isHighThroughput) }
      let found = read[0].transferSyntax
      guard read.allSatisfy({ $0.transferSyntax == found }) else {
        throw CodecError(.unsupported, "the frames are compressed in different ways")
      }
      transferSyntax = named ?? found
      frames = read.map(\.bytes)
      description = read[0].description
    default:
      guard let syntax = named?.uid ?? PixelMediaTypes.defaultTransferSyntax(of: media) else {
        throw CodecError(.unsupported, "\(media.essence) is not taken as pixel data")
      }
      transferSyntax = TransferSyntax(syntax)
      frames = parts
      description = nil
    }
  }

  /// Sets the attributes of the Image Pixel module that the metadata leaves out.
  func complete(_ dataSet: inout DataSet) {
    func set(_ tag: Tag, _ number: Int?) {
      if let number, dataSet.integer(tag) == nil { dataSet.set(tag, .US, integers: [number]) }
    }
    let isVideo = PixelMediaTypes.mediaType(for: transferSyntax.uid)?.type == "video"
    if frames.count > 1, !isVideo, dataSet.integer(.numberOfFrames) == nil {
      dataSet.set(.numberOfFrames, .IS, String(frames.count))
    }
    guard let description else { return }
    set(.samplesPerPixel, description.samplesPerPixel)
    set(.rows, description.rows)
    set(.columns, description.columns)
    set(.bitsAllocated, description.bitsAllocated)
    set(.bitsStored, description.bitsStored)
    set(.highBit, description.bitsStored - 1)
    set(.pixelRepresentation, description.isSigned ? 1 : 0)
    if description.samplesPerPixel > 1 { set(.planarConfiguration, 0) }
    if dataSet.string(.photometricInterpretation) == nil {
      dataSet.set(.photometricInterpretation, .CS, description.photometric.rawValue)
    }
    let lossy = ["4.50", "4.51", "4.81", "4.91", "4.203"].map { UID("1.2.840.10008.1.2." + $0) }
    if lossy.contains(transferSyntax.uid), dataSet.string(.lossyImageCompression) == nil {
      dataSet.set(.lossyImageCompression, .CS, "01")
    }
  }
}
