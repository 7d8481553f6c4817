// SPDX-License-Identifier: Apache-2.0

import Archive
import DICOMCore
import DICOMDictionary
import DICOMFile
import DICOMWeb

/// Data sets in the DICOM JSON model (PS3.18 Annex F).
enum InstanceJSON {
  /// Binary values up to this length stand in the text; longer ones are given by reference.
  static let longestInlineBinary = 1024

  static func encode(_ dataSet: DataSet) -> [UInt8] { DICOMJSON.encode(dataSet) }

  /// The metadata of an instance: everything but long binary values and the pixel data, which stand behind a
  /// BulkDataURI.
  static func metadata(of instance: StoredInstance, archive: ImageArchive, base: String) throws -> [UInt8] {
    var dataSet = try archive.header(of: instance)
    if let (element, _) = try archive.pixelDataElement(of: instance) {
      // The value is behind the reference; one byte stands for it here.
      dataSet.set(
        DataElement(tag: element.tag, vr: element.vr == .UN ? .OW : element.vr, value: .bytes(ByteSlice([0, 0]))))
    }
    dataSet.set(.availableTransferSyntaxUID, instance.transferSyntax)
    let path = instance.path
    return DICOMJSON.encode(
      dataSet,
      options: .init { place, element in
        guard isPixelData(element.tag) || isLong(element) else { return nil }
        return path.url(base: base, "bulkdata", place)
      })
  }

  private static func isLong(_ element: DataElement) -> Bool {
    switch element.value {
    case .bytes(let bytes): bytes.count > longestInlineBinary
    case .fragments: true
    case .items: false
    }
  }

  private static func isPixelData(_ tag: Tag) -> Bool {
    tag == .pixelData || tag == .floatPixelData || tag == .doubleFloatPixelData
  }
}
