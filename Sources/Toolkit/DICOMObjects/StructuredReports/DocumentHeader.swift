// SPDX-License-Identifier: Apache-2.0

import DICOMCore
import DICOMDictionary

/// What a document says of itself beside its content (SR Document General module, PS3.3 §C.17.2).
public struct DocumentHeader: Sendable, Hashable {
  /// Completion Flag: what the author says of the document.
  public enum Completion: String, Sendable, Hashable {
    case partial = "PARTIAL"
    case complete = "COMPLETE"
  }

  /// Preliminary Flag.
  public enum Preliminary: String, Sendable, Hashable {
    case preliminary = "PRELIMINARY"
    case final = "FINAL"
  }

  public var completion: Completion
  public var completionDescription: String
  public var preliminary: Preliminary?
  /// Persons who verified the document; it counts as verified where there are any.
  public var verifyingObservers: [VerifyingObserver]
  /// Documents that this one takes the place of.
  public var predecessors: [InstanceReference]
  /// Documents with the same content in other studies.
  public var identicalDocuments: [InstanceReference]
  public var requests: [ReferencedRequest]
  public var performedProcedures: [CodedConcept]
  /// Instances that were used beside those that the tree refers to. On reading: all that are listed as evidence.
  public var evidence: [InstanceReference]

  public init(
    completion: Completion = .complete, preliminary: Preliminary? = nil, verifyingObservers: [VerifyingObserver] = [],
    predecessors: [InstanceReference] = [], requests: [ReferencedRequest] = [], evidence: [InstanceReference] = []
  ) {
    self.completion = completion
    completionDescription = ""
    self.preliminary = preliminary
    self.verifyingObservers = verifyingObservers
    self.predecessors = predecessors
    identicalDocuments = []
    self.requests = requests
    performedProcedures = []
    self.evidence = evidence
  }

  init(_ dataSet: DataSet) {
    completion = dataSet.string(.completionFlag).flatMap { Completion(rawValue: $0) } ?? .partial
    completionDescription = dataSet.string(.completionFlagDescription) ?? ""
    preliminary = dataSet.string(.preliminaryFlag).flatMap { Preliminary(rawValue: $0) }
    verifyingObservers =
      dataSet.string(.verificationFlag) == "VERIFIED"
      ? dataSet.items(.verifyingObserverSequence).map { VerifyingObserver($0) } : []
    predecessors = Evidence.read(dataSet, .predecessorDocumentsSequence)
    identicalDocuments = Evidence.read(dataSet, .identicalDocumentsSequence)
    requests = dataSet.items(.referencedRequestSequence).map { ReferencedRequest($0) }
    performedProcedures = dataSet.codes(.performedProcedureCodeSequence)
    evidence =
      Evidence.read(dataSet, .currentRequestedProcedureEvidenceSequence)
      + Evidence.read(dataSet, .pertinentOtherEvidenceSequence)
  }

  /// Verification Flag: VERIFIED.
  public var isVerified: Bool { !verifyingObservers.isEmpty }

  /// - Parameter isSelection: a key object selection has neither flags nor predecessors.
  func write(_ object: inout AttributeWriter, isSelection: Bool) throws(ObjectError) {
    try object.set(.referencedPerformedProcedureStepSequence, items: [], .type2)
    try object.set(.referencedRequestSequence, requests, .type3) { (request, path) throws(ObjectError) in
      try request.dataSet(path: path)
    }
    try Evidence.write(identicalDocuments, .identicalDocumentsSequence, &object, .type3)
    if isSelection { return }
    try object.set(.completionFlag, completion.rawValue, .type1)
    try object.set(.completionFlagDescription, completionDescription, .type3)
    try object.set(.preliminaryFlag, preliminary?.rawValue, .type3)
    try object.set(.verificationFlag, isVerified ? "VERIFIED" : "UNVERIFIED", .type1)
    if isVerified, completion == .partial {
      throw ObjectError(.invalid, .verificationFlag, "a document that is PARTIAL cannot be verified")
    }
    try object.set(.verifyingObserverSequence, verifyingObservers, .type3) { (observer, path) throws(ObjectError) in
      try observer.dataSet(path: path)
    }
    try Evidence.write(predecessors, .predecessorDocumentsSequence, &object, .type3)
    try object.set(.performedProcedureCodeSequence, codes: performedProcedures, .type2)
  }

  /// Writes the evidence lists. Instances of the study, or of one that was requested, are current evidence, all others
  /// are pertinent.
  func writeEvidence(
    _ cited: [InstanceReference], study: UID, _ object: inout AttributeWriter, isSelection: Bool
  ) throws(ObjectError) {
    let known = Dictionary(evidence.map { ($0.sopInstance, $0) }) { first, _ in first }
    let all = cited.map { $0.study == nil ? known[$0.sopInstance] ?? $0 : $0 } + evidence
    if isSelection { return try Evidence.write(all, .currentRequestedProcedureEvidenceSequence, &object, .type1) }
    let current = Set([study] + requests.map(\.study))
    try Evidence.write(
      all.filter { instance in instance.study.map { current.contains($0) } ?? true },
      .currentRequestedProcedureEvidenceSequence, &object, .type3)
    try Evidence.write(
      all.filter { instance in instance.study.map { !current.contains($0) } ?? false },
      .pertinentOtherEvidenceSequence, &object, .type3)
  }
}
