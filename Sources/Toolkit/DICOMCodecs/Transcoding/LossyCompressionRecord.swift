// SPDX-License-Identifier: Apache-2.0

import DICOMCore
import DICOMDictionary

/// Says in a data set that its pixels were compressed with loss (PS3.3 §C.7.6.1.1.5).
struct LossyCompressionRecord {
  /// Lossy Image Compression Method (0028,2114), PS3.3 §C.7.6.1.1.5.1.
  let method: String
  let ratio: Double
  /// The transfer syntax in words.
  let name: String

  /// The longest Derivation Description, VR ST.
  private static let longestDescription = 1024

  /// The defined term for a transfer syntax; nil where it has none.
  static func method(_ transferSyntax: TransferSyntax) -> String? {
    let prefix = "1.2.840.10008.1.2.4."
    guard transferSyntax.uid.rawValue.hasPrefix(prefix) else { return nil }
    switch Int(transferSyntax.uid.rawValue.dropFirst(prefix.count)) ?? 0 {
    case 50...70: return "ISO_10918_1"
    case 80, 81: return "ISO_14495_1"
    case 90...93: return "ISO_15444_1"
    case 201...203: return "ISO_15444_15"
    case 110...112: return "ISO_18181_1"
    default: return nil
    }
  }

  /// Adds this compression to those that the data set tells of.
  func addCompression(to dataSet: inout DataSet) {
    dataSet.set(.lossyImageCompression, .CS, "01")
    let ratios = (dataSet.strings(.lossyImageCompressionRatio) ?? []).filter { !$0.isEmpty }
    let methods = (dataSet.strings(.lossyImageCompressionMethod) ?? []).filter { !$0.isEmpty }
    dataSet.set(.lossyImageCompressionRatio, .DS, ratios + [Self.text(ratio)])
    dataSet.set(.lossyImageCompressionMethod, .CS, methods + [method])
  }

  /// Makes the data set a derived image with a UID of its own, which names the one that it comes from
  /// (PS3.3 §C.7.6.1.1.2, §C.7.6.1.1.3, §C.7.6.1.1.4).
  func derive(_ dataSet: inout DataSet, newUID: UID) {
    let wasLossy = dataSet.string(.lossyImageCompression) == "01"
    addCompression(to: &dataSet)
    var types = dataSet.strings(.imageType) ?? []
    if types.isEmpty { types = ["DERIVED", "SECONDARY"] }
    types[0] = "DERIVED"
    dataSet.set(.imageType, .CS, types)
    let note = "Lossy compression \(name), ratio \(Self.text(ratio))"
    let description = [dataSet.string(.derivationDescription) ?? "", note].filter { !$0.isEmpty }.joined(
      separator: "; ")
    // What does not fit would be cut in the middle of a character of an unknown set: the note alone stays.
    let fits = description.utf8.count <= Self.longestDescription
    dataSet.set(.derivationDescription, .ST, fits ? description : note)
    dataSet.set(
      .derivationCodeSequence,
      items: dataSet.items(.derivationCodeSequence) + [Self.code("113040", "Lossy Compression")])
    var source = DataSet()
    if let sopClass = dataSet.uid(.sopClassUID) { source.set(.referencedSOPClassUID, sopClass) }
    if let instance = dataSet.uid(.sopInstanceUID) { source.set(.referencedSOPInstanceUID, instance) }
    if !wasLossy {
      source.set(.purposeOfReferenceCodeSequence, items: [Self.code("121320", "Uncompressed predecessor")])
    }
    dataSet.set(.sourceImageSequence, items: dataSet.items(.sourceImageSequence) + [source])
    dataSet.set(.sopInstanceUID, newUID)
  }

  private static func code(_ value: String, _ meaning: String) -> DataSet {
    var item = DataSet()
    item.set(.codeValue, .SH, value)
    item.set(.codingSchemeDesignator, .SH, "DCM")
    item.set(.codeMeaning, .LO, meaning)
    return item
  }

  /// Two decimals, as a decimal string holds them.
  private static func text(_ ratio: Double) -> String {
    let hundredths = Int((min(ratio, 1e9) * 100).rounded())
    let fraction = hundredths % 100
    return "\(hundredths / 100).\(fraction < 10 ? "0" : "")\(fraction)"
  }
}
