// SPDX-License-Identifier: Apache-2.0

import DICOMCore
import DICOMDictionary
import DICOMNetwork

extension ServiceClass {
  /// Storage (PS3.4 Annex B): every storage SOP class of the edition, the retired and the industrial ones too.
  public static let storage = ServiceClass(
    name: "Storage", annex: "B", uid: "1.2.840.10008.4.2",
    operations: [
      Operation(
        request: .cStoreRQ,
        sopClasses: StorageSOPClasses.all + StorageSOPClasses.retired + StorageSOPClasses.industrial,
        statuses: [
          StatusRange(0xA700...0xA7FF, .failure, "Refused: out of resources"),
          StatusRange(0xA900...0xA9FF, .failure, "Data set does not match SOP class"),
          StatusRange(0xB000, .warning, "Coercion of data elements"),
          StatusRange(0xB006, .warning, "Elements discarded"),
          StatusRange(0xB007, .warning, "Data set does not match SOP class"),
          StatusRange(0xC000...0xCFFF, .failure, "Cannot understand"),
        ])
    ])
}

/// Service class application information of the storage SOP classes in extended negotiation (PS3.4 §B.3.1).
public struct StorageExtendedNegotiation: Sendable, Hashable {
  /// 0 to 2 as the standard counts; 3: not applicable, the sender is SCU only.
  public var levelOfSupport: UInt8
  public var levelOfDigitalSignatureSupport: UInt8
  public var elementCoercion: UInt8

  public init(levelOfSupport: UInt8, levelOfDigitalSignatureSupport: UInt8, elementCoercion: UInt8) {
    self.levelOfSupport = levelOfSupport
    self.levelOfDigitalSignatureSupport = levelOfDigitalSignatureSupport
    self.elementCoercion = elementCoercion
  }

  /// Everything is stored, nothing is coerced, signatures are kept bit for bit.
  public static let fullWithoutCoercion = StorageExtendedNegotiation(
    levelOfSupport: 2, levelOfDigitalSignatureSupport: 3, elementCoercion: 0)

  /// Level of support, reserved, level of digital signature support, reserved, element coercion, reserved.
  public var information: [UInt8] { [levelOfSupport, 0, levelOfDigitalSignatureSupport, 0, elementCoercion, 0] }
}
