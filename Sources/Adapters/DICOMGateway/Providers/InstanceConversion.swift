// SPDX-License-Identifier: Apache-2.0

import DICOMCodecs
import DICOMCore
import DICOMDictionary
import DICOMFile

/// Turns stored data sets into a native form for receivers that do not take the stored transfer syntax.
enum InstanceConversion {
  /// - Returns: the data set's bytes in `target`, which is native.
  static func convert(
    _ bytes: ByteSlice, from source: TransferSyntax, to target: TransferSyntax
  ) throws -> [UInt8] {
    if TransferSyntaxConversion.isPossible(from: source, to: target) {
      return try TransferSyntaxConversion.convert(bytes, from: source, to: target)
    }
    var dataSet = try DataSetReader.read(bytes, transferSyntax: source)
    if case .fragments = dataSet[.pixelData]?.value {
      dataSet = try UncompressedConversion(dataSet, transferSyntax: source).dataSet()
    }
    return try TransferSyntaxConversion.convert(dataSet, to: target)
  }
}
