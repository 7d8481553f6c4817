// SPDX-License-Identifier: Apache-2.0

public import DICOMCore
import DICOMDictionary
public import DICOMServices

/// Takes responsibility for instances (PS3.4 Annex J): accepts requests, checks each instance against what is on the
/// disk, and keeps the answer until the requester has it.
public struct StorageCommitment: Sendable {
  /// An answer that cannot be delivered for so long is given up.
  public static let patienceDays: Int64 = 30
  /// What was finished is shown for so long.
  public static let keptDays: Int64 = 30
  /// How long the association of the request has the answer for itself.
  static let leaseSeconds: Int64 = 300

  let list: any CommitmentList
  private let index: any InstanceIndex
  /// Whether what stands on the disk has its checksum.
  private let isWhole: @Sendable (ObjectExtent) throws -> Bool
  private let now: @Sendable () -> Int64
  /// SOP classes that could be stored.
  private let storable: Set<UID>

  public init(
    list: any CommitmentList, index: any InstanceIndex, privateStorageClasses: [UID] = [],
    now: @escaping @Sendable () -> Int64 = ArchiveOptions.systemTime,
    isWhole: @escaping @Sendable (ObjectExtent) throws -> Bool
  ) {
    self.list = list
    self.index = index
    self.isWhole = isWhole
    self.now = now
    storable = Set(
      StorageSOPClasses.all + StorageSOPClasses.retired + StorageSOPClasses.industrial + privateStorageClasses)
  }

  /// Keeps a request. One that is repeated while its answer is owed is the same request; another one under its
  /// transaction UID fails as a whole.
  public func accept(_ request: CommitmentRequest, from requester: String, receiver: String) throws -> Commitment {
    let time = now()
    var commitment = Commitment(
      transactionUID: request.transactionUID, requester: requester, receiver: receiver, requestedAt: time,
      nextAt: time + Self.leaseSeconds * 1_000_000, items: request.references.map { Commitment.Item($0) })
    let open = try list.open(transactionUID: request.transactionUID, requester: requester)
    if let same = open.first(where: { $0.items.map(\.reference) == request.references }) {
      try list.postpone(same.id, until: commitment.nextAt, error: same.lastError)
      return same
    }
    commitment.id = try list.add(commitment)
    guard !open.isEmpty else { return commitment }
    let failures = commitment.items.map { _ in CommitmentFailure.duplicateTransactionUID.rawValue }
    try list.setChecked(commitment.id, failures: failures)
    return try list.commitment(commitment.id) ?? commitment
  }

  /// The answer to a request; made the first time it is asked for. Reads every instance that is named.
  public func result(_ id: Int64) throws -> CommitmentResult? {
    guard var commitment = try list.commitment(id) else { return nil }
    if commitment.state == .requested {
      for number in commitment.items.indices {
        commitment.items[number].failure = failure(commitment.items[number].reference)?.rawValue
      }
      try list.setChecked(id, failures: commitment.items.map(\.failure))
    }
    return CommitmentResult(
      transactionUID: commitment.transactionUID,
      committed: commitment.items.filter { $0.failure == nil }.map(\.reference),
      failed: commitment.items.compactMap { item in
        item.failure.map { CommitmentResult.Failed(item.reference, reason: $0) }
      }, retrieveAETitle: commitment.receiver)
  }

  /// Why an instance cannot be committed; nil where every version of it is on the disk as it came.
  private func failure(_ reference: SOPReference) -> CommitmentFailure? {
    do {
      // An object that is moved meanwhile is looked for a second time.
      for attempt in 1...2 {
        let versions = try index.versions(of: reference.sopInstance)
        guard !versions.isEmpty else {
          return storable.contains(reference.sopClass) ? .noSuchObjectInstance : .referencedSOPClassNotSupported
        }
        guard versions.allSatisfy({ $0.identity.sopClass == reference.sopClass }) else {
          return .classInstanceConflict
        }
        if try versions.allSatisfy({ try isWhole($0.location.extent) }) { return nil }
        if attempt == 2 { return .processingFailure }
      }
      return .processingFailure
    } catch {
      return .processingFailure
    }
  }

  // MARK: - Delivery

  /// Requests whose answer is owed, without their items.
  public func owed(limit: Int) throws -> [Commitment] { try list.due(at: .max, limit: limit) }

  /// A request whose answer is owed; nil where it is not, any more.
  public func owed(_ id: Int64) throws -> Commitment? {
    guard let commitment = try list.commitment(id), commitment.isOpen else { return nil }
    return commitment
  }

  /// The association of the request ended without the answer: it goes out on another one, at once.
  public func giveBack(_ id: Int64, reason: String) throws {
    try list.postpone(id, until: now(), error: reason)
  }

  /// The requester has the answer.
  public func delivered(_ id: Int64) throws { try list.finish(id, as: .delivered, at: now()) }

  /// An attempt failed.
  /// - Returns: whether there shall be another one.
  public func failed(_ commitment: Commitment, reason: String) throws -> Bool {
    let time = now()
    if time - commitment.requestedAt > Self.patienceDays * 86_400_000_000 {
      try list.finish(commitment.id, as: .abandoned, at: time)
      return false
    }
    try list.postpone(commitment.id, until: time, error: reason)
    return true
  }

  /// Forgets what was finished long ago.
  public func trim() throws { try list.trim(before: now() - Self.keptDays * 86_400_000_000) }
}
