// SPDX-License-Identifier: Apache-2.0

import Archive
import DICOMCore
import DICOMFile

extension ImageArchive {
  /// A data set as a whole, corrected; its values stay in the memory that was read.
  func dataSet(of instance: StoredInstance) throws -> DataSet {
    let bytes = try outgoingDataSet(of: instance)
    return try DataSetReader.read(bytes, transferSyntax: TransferSyntax(instance.transferSyntax))
  }

  /// A data set, corrected, up to its pixel data, which is not read; all of it where there is none or the data set is
  /// deflated.
  func header(of instance: StoredInstance) throws -> DataSet {
    let location = instance.location
    guard let end = location.pixelDataOffset else { return try dataSet(of: instance) }
    let bytes = try readAll(location, from: location.dataSetOffset, count: end - location.dataSetOffset)
    return try header(of: instance, in: bytes)
  }

  /// The same out of the bytes of the stored data set up to its pixel data.
  func header(of instance: StoredInstance, in bytes: ByteSlice) throws -> DataSet {
    var dataSet = try DataSetReader.read(bytes, transferSyntax: TransferSyntax(instance.transferSyntax))
    try instance.change?.apply(to: &dataSet)
    return dataSet
  }

  /// The header of the element with the pixel data, and where its value begins, counted from the file's first byte;
  /// nil where there is none or the data set is deflated.
  func pixelDataElement(of instance: StoredInstance) throws -> (header: ElementHeader, valueOffset: Int64)? {
    let location = instance.location
    guard let start = location.pixelDataOffset else { return nil }
    let length = min(Int64(ElementReader.longHeaderLength), location.length - start)
    let bytes = try readAll(location, from: start, count: length)
    let reader = ElementReader(TransferSyntax(instance.transferSyntax))
    guard let header = bytes.withUnsafeBytes({ reader.header($0, offset: 0, signed: false) }) else { return nil }
    return (header, start + Int64(header.valueOffset))
  }
}
