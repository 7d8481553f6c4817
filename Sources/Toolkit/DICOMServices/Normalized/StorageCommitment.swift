// SPDX-License-Identifier: Apache-2.0

public import DICOMCore
import DICOMDictionary
import DICOMNetwork

extension ServiceClass {
  /// Storage commitment, push model (PS3.4 Annex J).
  public static let storageCommitment = ServiceClass(
    name: "Storage Commitment", annex: "J",
    operations: [
      Operation(request: .nActionRQ, sopClasses: [.storageCommitmentPushModel], statuses: []),
      Operation(request: .nEventReportRQ, sopClasses: [.storageCommitmentPushModel], statuses: []),
    ])
}

/// A reference to a SOP instance.
public struct SOPReference: Sendable, Hashable {
  public var sopClass: UID
  public var sopInstance: UID

  public init(sopClass: UID, sopInstance: UID) {
    self.sopClass = sopClass
    self.sopInstance = sopInstance
  }
}

/// Why an instance was not committed: Failure Reason (0008,1197) (PS3.3 §C.14.1.1).
public enum CommitmentFailure: UInt16, Sendable, CaseIterable {
  case processingFailure = 0x0110
  case noSuchObjectInstance = 0x0112
  case classInstanceConflict = 0x0119
  case referencedSOPClassNotSupported = 0x0122
  case duplicateTransactionUID = 0x0131
  case resourceLimitation = 0x0213

  public var meaning: String {
    switch self {
    case .processingFailure: "Processing failure"
    case .noSuchObjectInstance: "No such object instance"
    case .classInstanceConflict: "Class/instance conflict"
    case .referencedSOPClassNotSupported: "Referenced SOP class not supported"
    case .duplicateTransactionUID: "Duplicate transaction UID"
    case .resourceLimitation: "Resource limitation"
    }
  }
}

/// The request for storage commitment: action 1 (PS3.4 table J.3-1).
public struct CommitmentRequest: Sendable, Hashable {
  /// Action Type ID.
  public static let actionTypeID: UInt16 = 1
  /// More than an identifier of four MiB holds.
  public static let maximumReferences = 50_000

  public var transactionUID: UID
  public var references: [SOPReference]

  public init(transactionUID: UID, references: [SOPReference]) {
    self.transactionUID = transactionUID
    self.references = references
  }

  /// Reads the action information.
  public init(_ information: DataSet) throws(AttributeFault) {
    guard let element = information[.transactionUID] else {
      throw AttributeFault(.invalidArgumentValue, .transactionUID, "Transaction UID (0008,1195) is missing")
    }
    guard !element.isEmpty, let transaction = information.uid(.transactionUID), transaction.isValid else {
      throw AttributeFault(.invalidArgumentValue, .transactionUID, "Transaction UID (0008,1195) is no UID")
    }
    transactionUID = transaction
    guard information[.referencedSOPSequence] != nil else {
      throw AttributeFault(
        .invalidArgumentValue, .referencedSOPSequence, "Referenced SOP Sequence (0008,1199) is missing")
    }
    let items = information.items(.referencedSOPSequence)
    guard !items.isEmpty else {
      throw AttributeFault(
        .invalidArgumentValue, .referencedSOPSequence, "Referenced SOP Sequence (0008,1199) has no item")
    }
    guard items.count <= Self.maximumReferences else {
      throw AttributeFault(
        .resourceLimitation, .referencedSOPSequence, "more than \(Self.maximumReferences) references")
    }
    references = []
    references.reserveCapacity(items.count)
    for (number, item) in items.enumerated() {
      guard let reference = SOPReference(item) else {
        throw AttributeFault(
          .invalidArgumentValue, .referencedSOPSequence, "item \(number + 1) names no SOP class and instance")
      }
      references.append(reference)
    }
  }

  public var information: DataSet {
    var information = DataSet()
    information.set(.transactionUID, transactionUID)
    information.set(.referencedSOPSequence, items: references.map(\.item))
    return information
  }
}

/// The answer to a request for storage commitment: events 1 and 2 (PS3.4 table J.3-2).
public struct CommitmentResult: Sendable, Hashable {
  /// An instance that is not committed to, and why (PS3.3 §C.14).
  public struct Failed: Sendable, Hashable {
    public var reference: SOPReference
    /// Failure Reason (0008,1197).
    public var reason: UInt16

    public init(_ reference: SOPReference, reason: UInt16) {
      self.reference = reference
      self.reason = reason
    }
  }

  public var transactionUID: UID
  public var committed: [SOPReference]
  public var failed: [Failed]
  /// From where all that is committed can be retrieved.
  public var retrieveAETitle: String?

  public init(
    transactionUID: UID, committed: [SOPReference], failed: [Failed], retrieveAETitle: String? = nil
  ) {
    self.transactionUID = transactionUID
    self.committed = committed
    self.failed = failed
    self.retrieveAETitle = retrieveAETitle
  }

  /// Event Type ID: 1 where all is committed, 2 where failures exist.
  public var eventTypeID: UInt16 { failed.isEmpty ? 1 : 2 }

  /// Reads event information.
  public init(_ information: DataSet) throws(AttributeFault) {
    guard let transaction = information.uid(.transactionUID) else {
      throw AttributeFault(.invalidArgumentValue, .transactionUID, "Transaction UID (0008,1195) is missing")
    }
    transactionUID = transaction
    retrieveAETitle = information.string(.retrieveAETitle)
    committed = information.items(.referencedSOPSequence).compactMap { SOPReference($0) }
    failed = information.items(.failedSOPSequence).compactMap { item in
      SOPReference(item).map { Failed($0, reason: UInt16(clamping: item.integer(.failureReason) ?? 0x0110)) }
    }
  }

  public var information: DataSet {
    var information = DataSet()
    information.set(.transactionUID, transactionUID)
    if let retrieveAETitle, !committed.isEmpty { information.set(.retrieveAETitle, .AE, retrieveAETitle) }
    if !committed.isEmpty { information.set(.referencedSOPSequence, items: committed.map(\.item)) }
    if !failed.isEmpty {
      information.set(
        .failedSOPSequence,
        items: failed.map { failed in
          var item = failed.reference.item
          item.set(.failureReason, .US, integers: [Int(failed.reason)])
          return item
        })
    }
    return information
  }
}

extension SOPReference {
  /// Reads an item with Referenced SOP Class UID and Referenced SOP Instance UID; nil where either is no UID.
  public init?(_ item: DataSet) {
    guard let sopClass = item.uid(.referencedSOPClassUID), sopClass.isValid,
      let sopInstance = item.uid(.referencedSOPInstanceUID), sopInstance.isValid
    else { return nil }
    self.init(sopClass: sopClass, sopInstance: sopInstance)
  }

  public var item: DataSet {
    var item = DataSet()
    item.set(.referencedSOPClassUID, sopClass)
    item.set(.referencedSOPInstanceUID, sopInstance)
    return item
  }
}
