// SPDX-License-Identifier: Apache-2.0

import DICOMCore
import DICOMDictionary

/// Says in an object that this archive has made it of others (PS3.4 §C.3.5).
enum ConversionEquipment {
  /// Contribution Description (0018,A003), as the standard words it.
  enum Contribution: String {
    case enhanced = "Legacy Enhanced Image created from Classic Images"
    case classic = "Classic Image created from Enhanced Image"
    case references = "Updated UID references during Legacy Enhanced Classic conversion"
  }

  /// Adds an item to Contributing Equipment Sequence (0018,A001).
  static func append(_ contribution: Contribution, to dataSet: inout DataSet) {
    var purpose = DataSet(byteOrder: dataSet.byteOrder, inheritedCharacterSet: dataSet.characterSet)
    purpose.set(.codeValue, .SH, "109106")
    purpose.set(.codingSchemeDesignator, .SH, "DCM")
    purpose.set(.codeMeaning, .LO, "Enhanced Multi-frame Conversion Equipment")
    var item = DataSet(byteOrder: dataSet.byteOrder, inheritedCharacterSet: dataSet.characterSet)
    item.set(.manufacturer, .LO, "Martlet")
    item.set(.contributionDescription, .ST, contribution.rawValue)
    item.set(.purposeOfReferenceCodeSequence, items: [purpose])
    dataSet.set(
      .contributingEquipmentSequence, items: dataSet.items(.contributingEquipmentSequence) + [item])
  }

  /// Says of what a copy with other references was made (PS3.3 §C.12.1).
  static func setSource(_ sopClass: UID, _ instance: UID, in dataSet: inout DataSet) {
    var item = DataSet(byteOrder: dataSet.byteOrder, inheritedCharacterSet: dataSet.characterSet)
    item.set(.referencedSOPClassUID, sopClass)
    item.set(.referencedSOPInstanceUID, instance)
    dataSet.set(.conversionSourceAttributesSequence, items: [item])
  }
}
