// SPDX-License-Identifier: Apache-2.0

/// Commits records to the index in groups: while one transaction runs, those that arrive wait together for the next.
///
/// There is no thread of its own. A caller that finds nobody committing does it for all that wait, until its own
/// record is through, and then hands the office to one that still waits. So a lone sender pays for no thread switch.
final class Committer: Sendable {
  /// More in one transaction would only make everyone wait longer.
  static let groupLimit = 256

  /// A record that waits for its transaction. Its state is guarded by the committer's monitor.
  private final class Ticket {
    let record: InstanceRecord
    let evenIfIdentical: Bool
    var result: Result<AddOutcome, any Error>?
    var leads = false
    let woken = Monitor.Condition()

    init(record: InstanceRecord, evenIfIdentical: Bool) {
      self.record = record
      self.evenIfIdentical = evenIfIdentical
    }
  }

  private let index: any InstanceIndex
  private let monitor = Monitor()
  private nonisolated(unsafe) var waiting: [Ticket] = []  // Guarded by `monitor`.
  private nonisolated(unsafe) var committing = false  // Guarded by `monitor`.

  init(index: any InstanceIndex) { self.index = index }

  /// Returns when the record is committed.
  func commit(_ record: InstanceRecord, evenIfIdentical: Bool = false) throws -> AddOutcome {
    let ticket = Ticket(record: record, evenIfIdentical: evenIfIdentical)
    monitor.lock()
    waiting.append(ticket)
    if committing {
      while ticket.result == nil && !ticket.leads { monitor.wait(ticket.woken) }
    } else {
      committing = true
    }
    while ticket.result == nil {
      let group = takeGroup()
      monitor.unlock()
      let results = add(group)
      monitor.lock()
      for (member, result) in zip(group, results) {
        member.result = result
        if member !== ticket { monitor.signal(member.woken) }
      }
      if ticket.result != nil { handOver() }
    }
    monitor.unlock()
    return try (ticket.result ?? .failure(ArchiveError(.misuse, "no outcome"))).get()
  }

  /// The oldest that wait and ask alike.
  private func takeGroup() -> [Ticket] {
    let kind = waiting.first?.evenIfIdentical
    let group = Array(waiting.prefix(Self.groupLimit).prefix { $0.evenIfIdentical == kind })
    waiting.removeFirst(group.count)
    return group
  }

  private func handOver() {
    if let next = waiting.first {
      next.leads = true
      monitor.signal(next.woken)
    } else {
      committing = false
    }
  }

  /// One transaction for all; where that fails, one for each, so that a bad record takes no other with it. What ails
  /// the index itself would ail each of them, after the same wait.
  private func add(_ group: [Ticket]) -> [Result<AddOutcome, any Error>] {
    let evenIfIdentical = group.first?.evenIfIdentical ?? false
    do {
      let outcomes = try index.add(group.map(\.record), evenIfIdentical: evenIfIdentical)
      guard outcomes.count == group.count else {
        throw ArchiveError(.misuse, "the index answered \(outcomes.count) of \(group.count) records")
      }
      return outcomes.map { .success($0) }
    } catch let error as ArchiveError where error.isOfResources {
      return group.map { _ in .failure(error) }
    } catch {
      guard group.count > 1 else { return [.failure(error)] }
      return group.flatMap { add([$0]) }
    }
  }
}
