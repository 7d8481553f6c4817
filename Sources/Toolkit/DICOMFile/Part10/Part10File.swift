// SPDX-License-Identifier: Apache-2.0

import DICOMCore
import DICOMDictionary

/// A DICOM file (PS3.10 §7): header and data set.
public struct Part10File: Sendable {
  public let preamble: ByteSlice?
  /// Group 0002; empty where the file has none.
  public var fileMetaInformation: DataSet
  public let transferSyntax: TransferSyntax
  public var dataSet: DataSet
  /// Offset of the first byte of the data set.
  public let dataSetOffset: Int
  /// What was passed over.
  public let findings: [Finding]
  // What the data set said when it was read; not decoded, because reading is what is done most.
  private let sopClass: DataElement?
  private let sopInstance: DataElement?

  /// Reads a whole file; values stay in `bytes`.
  public static func read(_ bytes: ByteSlice, options: ReadOptions = ReadOptions()) throws(ReadError) -> Part10File {
    let header = try Part10Header.parse(bytes)
    try header.checkDataSet(length: bytes.count)
    let result = try DataSetReader.readWithFindings(
      bytes[header.dataSetOffset..<bytes.count], transferSyntax: header.transferSyntax, options: options,
      offset: header.dataSetOffset)
    return Part10File(
      preamble: header.preamble, fileMetaInformation: header.meta, transferSyntax: header.transferSyntax,
      dataSet: result.dataSet, dataSetOffset: header.dataSetOffset, findings: header.findings + result.findings,
      sopClass: result.dataSet[.sopClassUID], sopInstance: result.dataSet[.sopInstanceUID])
  }

  /// The bytes of the file in its own transfer syntax. A conforming file of which nothing has been changed comes out as
  /// it was read, but for a deflated data set, which is deflated again.
  ///
  /// Meta information that the file lacks is supplied, the SOP class and instance in it follow the data set where they
  /// have been changed there, and its group length is computed (PS3.10 §7.1).
  public func encoded() throws(WriteError) -> [UInt8] {
    var meta = fileMetaInformation
    func follow(_ tag: Tag, _ source: Tag, _ wasRead: DataElement?) {
      guard let uid = dataSet.uid(source), meta[tag] == nil || dataSet[source] != wasRead else { return }
      meta.set(tag, uid)
    }
    follow(.mediaStorageSOPClassUID, .sopClassUID, sopClass)
    follow(.mediaStorageSOPInstanceUID, .sopInstanceUID, sopInstance)
    if meta[.transferSyntaxUID] == nil { meta.set(.transferSyntaxUID, transferSyntax.uid) }
    if fileMetaInformation.isEmpty {
      meta.set(DataElement(tag: .fileMetaInformationVersion, vr: .OB, value: .bytes(ByteSlice([0, 1]))))
      meta.set(.implementationClassUID, FileMetaInformation.implementationClass)
      meta.set(.implementationVersionName, .SH, FileMetaInformation.implementationVersion)
    }
    return FileMetaInformation.encode(meta, preamble: preamble)
      + (try DataSetWriter.write(dataSet, transferSyntax: transferSyntax))
  }
}
