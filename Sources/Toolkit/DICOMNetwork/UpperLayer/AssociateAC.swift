// SPDX-License-Identifier: Apache-2.0

public import DICOMCore

/// A-ASSOCIATE-AC (PS3.8 §9.3.3).
public struct AssociateAC: Sendable, Hashable {
  public var protocolVersion: UInt16
  /// Reserved field; carries the called AE title of the request.
  public var calledAETitle: String
  /// Reserved field; carries the calling AE title of the request.
  public var callingAETitle: String
  public var applicationContext: UID
  public var presentationContexts: [PresentationContextResult]
  public var userInformation: UserInformation
  /// Items of types that the standard does not define here, kept as they came.
  public var unknownItems: [RawItem]

  public init(
    calledAETitle: String, callingAETitle: String, presentationContexts: [PresentationContextResult],
    userInformation: UserInformation = UserInformation()
  ) {
    protocolVersion = AssociateRQ.protocolVersion1
    self.calledAETitle = calledAETitle
    self.callingAETitle = callingAETitle
    applicationContext = AssociateRQ.dicomApplicationContext
    self.presentationContexts = presentationContexts
    self.userInformation = userInformation
    unknownItems = []
  }

  /// The answer to the presentation context of this ID; nil where there is none.
  public func presentationContext(_ id: UInt8) -> PresentationContextResult? {
    presentationContexts.first { $0.id == id }
  }
}
