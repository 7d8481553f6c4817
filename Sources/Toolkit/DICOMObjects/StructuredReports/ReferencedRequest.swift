// SPDX-License-Identifier: Apache-2.0

import DICOMCore
import DICOMDictionary

/// A requested procedure that the document answers (Referenced Request Sequence, PS3.3 §C.17.2).
public struct ReferencedRequest: Sendable, Hashable {
  public var study: UID
  public var accessionNumber: String
  public var placerOrderNumber: String
  public var fillerOrderNumber: String
  public var procedureID: String
  public var procedureDescription: String
  public var procedureCodes: [CodedConcept]

  public init(
    study: UID, accessionNumber: String = "", placerOrderNumber: String = "", fillerOrderNumber: String = "",
    procedureID: String = "", procedureDescription: String = "", procedureCodes: [CodedConcept] = []
  ) {
    self.study = study
    self.accessionNumber = accessionNumber
    self.placerOrderNumber = placerOrderNumber
    self.fillerOrderNumber = fillerOrderNumber
    self.procedureID = procedureID
    self.procedureDescription = procedureDescription
    self.procedureCodes = procedureCodes
  }

  init(_ item: DataSet) {
    study = item.uid(.studyInstanceUID) ?? ""
    accessionNumber = item.string(.accessionNumber) ?? ""
    placerOrderNumber = item.string(.placerOrderNumberImagingServiceRequest) ?? ""
    fillerOrderNumber = item.string(.fillerOrderNumberImagingServiceRequest) ?? ""
    procedureID = item.string(.requestedProcedureID) ?? ""
    procedureDescription = item.string(.requestedProcedureDescription) ?? ""
    procedureCodes = item.codes(.requestedProcedureCodeSequence)
  }

  func dataSet(path: String) throws(ObjectError) -> DataSet {
    var item = AttributeWriter(path: path)
    try item.set(.studyInstanceUID, study, .type1)
    try item.set(.referencedStudySequence, items: [], .type2)
    try item.set(.accessionNumber, accessionNumber, .type2)
    try item.set(.placerOrderNumberImagingServiceRequest, placerOrderNumber, .type2)
    try item.set(.fillerOrderNumberImagingServiceRequest, fillerOrderNumber, .type2)
    try item.set(.requestedProcedureID, procedureID, .type2)
    try item.set(.requestedProcedureDescription, procedureDescription, .type2)
    try item.set(.requestedProcedureCodeSequence, codes: procedureCodes, .type2)
    return item.dataSet
  }
}
