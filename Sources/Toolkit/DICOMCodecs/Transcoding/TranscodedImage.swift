// SPDX-License-Identifier: Apache-2.0

import DICOMCore

/// A data set in its new transfer syntax, and what became of its pixels.
public struct TranscodedImage: Sendable {
  public let dataSet: DataSet
  public let transferSyntax: TransferSyntax
  /// Frames that were compressed or decompressed; 0 where the pixel data was carried as it is, or there is none.
  public let frames: Int
  /// The samples that decode from it may differ from those that went in.
  public let isLossy: Bool
  /// Uncompressed to compressed size of the pixel data; nil where nothing was compressed.
  public let ratio: Double?
  /// What decoding and comparing found; nil where it was not asked for or there was nothing to compare.
  public let difference: FrameDifference?

  init(
    _ dataSet: DataSet, _ transferSyntax: TransferSyntax, frames: Int = 0, isLossy: Bool = false, ratio: Double? = nil,
    difference: FrameDifference? = nil
  ) {
    self.dataSet = dataSet
    self.transferSyntax = transferSyntax
    self.frames = frames
    self.isLossy = isLossy
    self.ratio = ratio
    self.difference = difference
  }
}
