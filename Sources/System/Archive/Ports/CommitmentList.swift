// SPDX-License-Identifier: Apache-2.0

public import DICOMCore
public import DICOMServices

/// A request for storage commitment and how far its answer has come (PS3.4 Annex J).
public struct Commitment: Sendable, Hashable {
  public enum State: String, Sendable {
    /// Accepted; what it names was not looked at yet.
    case requested
    /// The answer is made and waits to be delivered.
    case checked
    /// The requester has confirmed the answer.
    case delivered
    /// Given up: the requester could not be told for too long.
    case abandoned
  }

  /// What became of one reference.
  public struct Item: Sendable, Hashable {
    public var reference: SOPReference
    /// Nil where it is committed, and before it was checked.
    public var failure: UInt16?

    public init(_ reference: SOPReference, failure: UInt16? = nil) {
      self.reference = reference
      self.failure = failure
    }
  }

  /// Set by the list.
  public var id: Int64
  public var transactionUID: UID
  /// AE title of the requester.
  public var requester: String
  /// AE title by which it called us.
  public var receiver: String
  public var state: State
  /// Microseconds since 1970-01-01 UTC.
  public var requestedAt: Int64
  /// When delivery is tried next.
  public var nextAt: Int64
  public var attempts: Int
  /// Why the last attempt failed.
  public var lastError: String
  public var items: [Item]

  public init(
    id: Int64 = 0, transactionUID: UID, requester: String, receiver: String, state: State = .requested,
    requestedAt: Int64, nextAt: Int64, attempts: Int = 0, lastError: String = "", items: [Item]
  ) {
    self.id = id
    self.transactionUID = transactionUID
    self.requester = requester
    self.receiver = receiver
    self.state = state
    self.requestedAt = requestedAt
    self.nextAt = nextAt
    self.attempts = attempts
    self.lastError = lastError
    self.items = items
  }

  /// Whether the answer is still owed.
  public var isOpen: Bool { state == .requested || state == .checked }
}

/// The requests for storage commitment. What a function changed is on disk when it returns.
public protocol CommitmentList: Sendable {
  /// Keeps a request.
  /// - Returns: its number.
  func add(_ commitment: Commitment) throws -> Int64

  func commitment(_ id: Int64) throws -> Commitment?

  /// Open requests of a requester with this transaction UID.
  func open(transactionUID: UID, requester: String) throws -> [Commitment]

  /// Open requests whose next attempt is due, the longest due first. Their items are left empty.
  func due(at time: Int64, limit: Int) throws -> [Commitment]

  /// When the next attempt of any open request is due; nil where none is open.
  func nextDue() throws -> Int64?

  /// Keeps what the check of each item gave, in their order, and moves on to `checked`.
  func setChecked(_ id: Int64, failures: [UInt16?]) throws

  /// An attempt to deliver failed; the next is made then.
  func postpone(_ id: Int64, until: Int64, error: String) throws

  /// Nothing more is owed.
  func finish(_ id: Int64, as state: Commitment.State, at time: Int64) throws

  /// Newest first, without items.
  func newest(limit: Int) throws -> [Commitment]

  /// Forgets what was finished before a time.
  func trim(before: Int64) throws
}
