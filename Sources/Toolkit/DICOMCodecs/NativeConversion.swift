// SPDX-License-Identifier: Apache-2.0

import DICOMCore
import DICOMDictionary
import DICOMFile

/// Turns data sets of any transfer syntax that can be decoded into a native one (PS3.5 §A.1, §A.2, §A.3, §A.5), for
/// receivers that do not take the stored form.
public enum NativeConversion {
  /// Whether `convert` can do it.
  public static func isPossible(from source: TransferSyntax, to target: TransferSyntax) -> Bool {
    if TransferSyntaxConversion.isPossible(from: source, to: target) { return true }
    return source.isEncapsulated && target.isNative && CodecRegistry.standard.canDecode(source)
  }

  /// The bytes of a data set in `target`, which is native. Pixel data is decoded where it is encapsulated.
  public static func convert(
    _ bytes: ByteSlice, from source: TransferSyntax, to target: TransferSyntax
  ) throws -> [UInt8] {
    var dataSet = try DataSetReader.read(bytes, transferSyntax: source)
    if case .fragments = dataSet[.pixelData]?.value {
      dataSet = try UncompressedConversion(dataSet, transferSyntax: source).dataSet()
    }
    return try TransferSyntaxConversion.convert(dataSet, to: target)
  }
}
