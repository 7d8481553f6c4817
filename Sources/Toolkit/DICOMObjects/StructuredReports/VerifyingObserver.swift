// SPDX-License-Identifier: Apache-2.0

import DICOMCore
import DICOMDictionary

/// A person who has verified the document, and so takes responsibility for it (PS3.3 §C.17.2).
public struct VerifyingObserver: Sendable, Hashable {
  public var name: String
  public var organization: String
  /// Verification DateTime, a value of DT.
  public var dateTime: String
  /// Identification of the person.
  public var identification: CodedConcept?

  public init(name: String, organization: String, dateTime: String, identification: CodedConcept? = nil) {
    self.name = name
    self.organization = organization
    self.dateTime = dateTime
    self.identification = identification
  }

  init(_ item: DataSet) {
    name = item.string(.verifyingObserverName) ?? ""
    organization = item.string(.verifyingOrganization) ?? ""
    dateTime = item.string(.verificationDateTime) ?? ""
    identification = CodedConcept(item, .verifyingObserverIdentificationCodeSequence)
  }

  func dataSet(path: String) throws(ObjectError) -> DataSet {
    var item = AttributeWriter(path: path)
    try item.set(.verifyingObserverName, name, .type1)
    try item.set(.verifyingOrganization, organization, .type1)
    try item.set(.verificationDateTime, dateTime, .type1)
    try item.set(.verifyingObserverIdentificationCodeSequence, code: identification, .type2)
    return item.dataSet
  }
}
