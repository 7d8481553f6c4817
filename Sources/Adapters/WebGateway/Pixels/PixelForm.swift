// SPDX-License-Identifier: Apache-2.0

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

  /// MPEG-2, MPEG-4 and HEVC: one stream, whose frames cannot be had one by one.
  var isVideo: Bool { media?.type == "video" }
}
