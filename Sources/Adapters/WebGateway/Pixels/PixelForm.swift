// SPDX-License-Identifier: Apache-2.0

import Archive
import DICOMCodecs
import DICOMCore
import DICOMWeb

/// What can be done with the pixel data of a transfer syntax.
struct PixelForm {
  let transferSyntax: TransferSyntax

  init(_ transferSyntax: TransferSyntax) { self.transferSyntax = transferSyntax }

  /// The media type of its frames as they are stored; nil for uncompressed ones.
  var media: MediaType? { PixelMediaTypes.mediaType(for: transferSyntax.uid) }

  /// Its frames can be had uncompressed.
  var canDecode: Bool { CodecRegistry.standard.canDecode(transferSyntax) }

  /// The forms of a frame or of pixel data, that in which `*/*` gets them first: uncompressed, as they are stored, and
  /// what can be made of them (PS3.18 tables 8.7.3-4, 8.7.3-5).
  func offers(isMultipart: Bool) -> [Representation] {
    var offers: [Representation] = []
    func add(_ media: MediaType, _ syntax: UID, isDefault: Bool) {
      offers.append(.init(media, transferSyntax: syntax, isMultipart: isMultipart, isDefault: isDefault))
    }
    if canDecode { add(.octetStream, TransferSyntax.explicitVRLittleEndian.uid, isDefault: true) }
    if let media { add(media, transferSyntax.uid, isDefault: true) }
    guard canDecode else { return offers }
    for syntax in PixelMediaTypes.encodings where syntax != transferSyntax.uid {
      guard let encoded = PixelMediaTypes.mediaType(for: syntax) else { continue }
      add(
        encoded, syntax, isDefault: encoded != media && syntax == PixelMediaTypes.defaultTransferSyntax(of: encoded))
    }
    return offers
  }

  /// MPEG-2, MPEG-4 and HEVC: one stream, whose frames cannot be had one by one.
  var isVideo: Bool { media?.type == "video" }

  /// Whether an instance has frames that can be decoded.
  static func isImage(_ instance: StoredInstance) -> Bool {
    let syntax = TransferSyntax(instance.transferSyntax)
    let form = PixelForm(syntax)
    return (instance.location.pixelDataOffset != nil || syntax.isDeflated) && form.canDecode && !form.isVideo
  }
}
