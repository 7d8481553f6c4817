// SPDX-License-Identifier: Apache-2.0

public import DICOMCore
public import DICOMNetwork

/// A service class of PS3.4 as data: what negotiation, dispatch and the conformance statement read.
public struct ServiceClass: Sendable, Hashable {
  /// What the SCP of an operation may answer.
  public struct Operation: Sendable, Hashable {
    public let request: CommandField
    public let sopClasses: [UID]
    /// The service's own statuses; `StatusRange.general` hold too.
    public let statuses: [StatusRange]

    public init(request: CommandField, sopClasses: [UID], statuses: [StatusRange]) {
      self.request = request
      self.sopClasses = sopClasses
      self.statuses = statuses
    }

    /// What a status says in this operation.
    public func meaning(_ status: DIMSEStatus) -> StatusRange? {
      statuses.first { $0.contains(status) } ?? StatusRange.general.first { $0.contains(status) }
    }
  }

  public let name: String
  /// The annex of PS3.4.
  public let annex: String
  /// The service class UID, where the standard gives one.
  public let uid: UID?
  public let operations: [Operation]

  public init(name: String, annex: String, uid: UID? = nil, operations: [Operation]) {
    self.name = name
    self.annex = annex
    self.uid = uid
    self.operations = operations
  }

  public var sopClasses: [UID] { operations.flatMap(\.sopClasses) }

  /// The operation of a request on a SOP class.
  public func operation(_ request: CommandField, sopClass: UID) -> Operation? {
    operations.first { $0.request == request && $0.sopClasses.contains(sopClass) }
  }

  /// What is built today.
  public static let all: [ServiceClass] = [
    .verification, .storage, .queryRetrieve, .storageCommitment, .modalityWorklist, .performedProcedureStep,
    .instanceAvailability, .printManagement, .unifiedProcedureStep,
  ]

  /// What a status says in answer to a request; falls back to the general meanings.
  public static func meaning(_ status: DIMSEStatus, of request: CommandField) -> String {
    let operation = all.lazy.flatMap(\.operations).first { $0.request == request }
    let range = operation?.meaning(status) ?? StatusRange.general.first { $0.contains(status) }
    return range?.meaning ?? status.category.rawValue
  }
}
