// SPDX-License-Identifier: Apache-2.0

public import Archive
public import DICOMCore
import Synchronization

/// Requests for storage commitment in memory.
public final class MemoryCommitmentList: CommitmentList {
  private struct Entry {
    var commitment: Commitment
    var finishedAt: Int64?
  }

  private let state = Mutex<[Entry]>([])

  public init() {}

  public func add(_ commitment: Commitment) throws -> Int64 {
    state.withLock { list in
      var commitment = commitment
      commitment.id = Int64(list.count + 1)
      list.append(Entry(commitment: commitment))
      return commitment.id
    }
  }

  public func commitment(_ id: Int64) throws -> Commitment? { all().first { $0.id == id } }

  public func open(transactionUID: UID, requester: String) throws -> [Commitment] {
    all().filter { $0.isOpen && $0.transactionUID == transactionUID && $0.requester == requester }
  }

  public func due(at time: Int64, limit: Int) throws -> [Commitment] {
    let due = all().filter { $0.isOpen && $0.nextAt <= time }.sorted { ($0.nextAt, $0.id) < ($1.nextAt, $1.id) }
    return due.prefix(limit).map(Self.withoutItems)
  }

  public func nextDue() throws -> Int64? { all().filter(\.isOpen).map(\.nextAt).min() }

  public func setChecked(_ id: Int64, failures: [UInt16?]) throws {
    change(id) { entry in
      for (number, failure) in failures.enumerated() { entry.commitment.items[number].failure = failure }
      entry.commitment.state = .checked
    }
  }

  public func postpone(_ id: Int64, until: Int64, error: String) throws {
    change(id) { entry in
      entry.commitment.nextAt = until
      entry.commitment.lastError = error
      entry.commitment.attempts += 1
    }
  }

  public func finish(_ id: Int64, as state: Commitment.State, at time: Int64) throws {
    change(id) { entry in
      entry.commitment.state = state
      entry.finishedAt = time
    }
  }

  public func newest(limit: Int) throws -> [Commitment] { all().reversed().prefix(limit).map(Self.withoutItems) }

  public func trim(before: Int64) throws {
    state.withLock { list in list.removeAll { ($0.finishedAt ?? .max) < before } }
  }

  private func all() -> [Commitment] { state.withLock { $0.map(\.commitment) } }

  private func change(_ id: Int64, _ body: (inout Entry) -> Void) {
    state.withLock { list in
      if let position = list.firstIndex(where: { $0.commitment.id == id }) { body(&list[position]) }
    }
  }

  private static func withoutItems(_ commitment: Commitment) -> Commitment {
    var commitment = commitment
    commitment.items = []
    return commitment
  }
}
