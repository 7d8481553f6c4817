// SPDX-License-Identifier: Apache-2.0

import Archive
import DICOMCore
import DICOMDictionary
import DICOMFile
import DICOMWeb

/// The metadata of an instance in the DICOM JSON model (PS3.18 Annex F) or the Native DICOM Model (PS3.19 §A.1): all
/// but long binary values and the pixel data, which stand behind a BulkDataURI.
struct InstanceMetadata {
  /// Binary values up to this length stand in the text; longer ones are given by reference.
  static let longestInlineBinary = 1024

  let dataSet: DataSet
  private let options: ModelEncodingOptions

  init(_ instance: StoredInstance, archive: ImageArchive, base: String, head: SeriesHeads.Head? = nil) throws {
    var dataSet = try archive.metadata(of: instance, head)
    dataSet.set(.availableTransferSyntaxUID, instance.transferSyntax)
    let path = instance.path
    options = ModelEncodingOptions { place, element in
      Self.isReferenced(element) ? path.url(base: base, "bulkdata", place) : nil
    }
    self.dataSet = dataSet
  }

  var json: [UInt8] { DICOMJSON.encode(dataSet, options: options) }
  var xml: [UInt8] { DICOMXML.encode(dataSet, options: options) }

  /// Whether the value of a binary element stands behind a URI.
  static func isReferenced(_ element: DataElement) -> Bool {
    if isPixelData(element.tag) { return true }
    switch element.value {
    case .bytes(let bytes): return bytes.count > longestInlineBinary
    case .fragments: return true
    case .items: return false
    }
  }

  static func isPixelData(_ tag: Tag) -> Bool {
    tag == .pixelData || tag == .floatPixelData || tag == .doubleFloatPixelData
  }
}
