// SPDX-License-Identifier: Apache-2.0

import DICOMCore

/// Rewrites data sets between the transfer syntaxes whose pixel data is native: implicit, explicit, big endian and
/// deflated (PS3.5 §A.1, §A.2, §A.3, §A.5).
public enum TransferSyntaxConversion {
  /// Whether `convert` does it.
  public static func isPossible(from source: TransferSyntax, to target: TransferSyntax) -> Bool {
    isConvertible(source) && isConvertible(target)
  }

  /// The bytes of a data set in another transfer syntax. Retired group lengths, which would no longer be true, are
  /// left out (PS3.5 §7.2).
  public static func convert(
    _ bytes: ByteSlice, from source: TransferSyntax, to target: TransferSyntax, options: ReadOptions = ReadOptions()
  ) throws -> [UInt8] {
    let dataSet = try DataSetReader.read(bytes, transferSyntax: source, options: options)
    return try convert(dataSet, to: target)
  }

  /// Encodes a data set whose pixel data is native.
  public static func convert(_ dataSet: DataSet, to target: TransferSyntax) throws(WriteError) -> [UInt8] {
    guard isConvertible(target) else {
      throw WriteError(.pixelDataNeedsCodec, "\(target.uid) is no native transfer syntax.")
    }
    if case .fragments = dataSet[Tag(0x7FE0, 0x0010)]?.value {
      throw WriteError(.pixelDataNeedsCodec, "The pixel data is encapsulated.", tag: Tag(0x7FE0, 0x0010))
    }
    var copy = dataSet
    copy.keep { !$0.tag.isGroupLength }
    return try DataSetWriter.write(copy, transferSyntax: target)
  }

  private static func isConvertible(_ syntax: TransferSyntax) -> Bool {
    syntax.isNative || syntax == .deflatedExplicitVRLittleEndian
  }
}
