// SPDX-License-Identifier: Apache-2.0

import DICOMCore

/// A DICOM file (PS3.10 §7): header and data set.
public struct Part10File: Sendable {
  public let preamble: ByteSlice?
  /// Group 0002; empty where the file has none.
  public let fileMetaInformation: DataSet
  public let transferSyntax: TransferSyntax
  public let dataSet: DataSet
  /// Offset of the first byte of the data set.
  public let dataSetOffset: Int
  /// What was passed over.
  public let findings: [Finding]

  /// Reads a whole file; values stay in `bytes`.
  public static func read(_ bytes: ByteSlice, options: ReadOptions = ReadOptions()) throws(ReadError) -> Part10File {
    let header = try Part10Header.parse(bytes)
    let result = try DataSetReader.readWithFindings(
      bytes[header.dataSetOffset..<bytes.count], transferSyntax: header.transferSyntax, options: options,
      offset: header.dataSetOffset)
    return Part10File(
      preamble: header.preamble, fileMetaInformation: header.meta, transferSyntax: header.transferSyntax,
      dataSet: result.dataSet, dataSetOffset: header.dataSetOffset, findings: header.findings + result.findings)
  }
}
