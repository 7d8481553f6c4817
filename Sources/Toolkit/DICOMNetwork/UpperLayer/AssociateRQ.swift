// SPDX-License-Identifier: Apache-2.0

public import DICOMCore

/// A-ASSOCIATE-RQ (PS3.8 §9.3.2).
public struct AssociateRQ: Sendable, Hashable {
  /// The DICOM application context name (PS3.7 §A.2.1).
  public static let dicomApplicationContext: UID = "1.2.840.10008.3.1.1.1"
  /// Bit 0: version 1.
  public static let protocolVersion1: UInt16 = 1

  public var protocolVersion: UInt16
  /// Without leading and trailing spaces.
  public var calledAETitle: String
  public var callingAETitle: String
  public var applicationContext: UID
  public var presentationContexts: [PresentationContext]
  public var userInformation: UserInformation
  /// Items of types that the standard does not define here, kept as they came.
  public var unknownItems: [RawItem]

  public init(
    calledAETitle: String, callingAETitle: String, presentationContexts: [PresentationContext],
    userInformation: UserInformation = UserInformation()
  ) {
    protocolVersion = Self.protocolVersion1
    self.calledAETitle = calledAETitle
    self.callingAETitle = callingAETitle
    applicationContext = Self.dicomApplicationContext
    self.presentationContexts = presentationContexts
    self.userInformation = userInformation
    unknownItems = []
  }

  /// The presentation context of this ID; nil where there is none.
  public func presentationContext(_ id: UInt8) -> PresentationContext? {
    presentationContexts.first { $0.id == id }
  }
}
