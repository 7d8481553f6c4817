// SPDX-License-Identifier: Apache-2.0

import Archive

/// Turns events of the archive into jobs, each exactly once: the jobs and how far it has come are written in one
/// transaction. Its position holds events in the outbox until it has taken them.
public struct OutboxFollower: Sendable {
  /// Events that are read at a time.
  public static let page = 500

  public let name: String
  private let index: any InstanceIndex
  private let consumers: any EventConsumers
  private let store: any JobStore
  private let jobs: @Sendable ([ArchiveEvent]) throws -> [NewJob]

  /// - Parameters:
  ///   - name: under which its position is kept.
  ///   - jobs: what follows from events, oldest first; may be called again for the same ones.
  public init(
    _ name: String, index: any InstanceIndex, consumers: any EventConsumers, store: any JobStore,
    jobs: @escaping @Sendable ([ArchiveEvent]) throws -> [NewJob]
  ) {
    self.name = name
    self.index = index
    self.consumers = consumers
    self.store = store
    self.jobs = jobs
  }

  /// Takes the next events. Blocks.
  /// - Returns: how many; 0 where there is none.
  public func step(now: Int64) throws -> Int {
    let position = try consumers.position(of: name)
    let events = try index.events(after: position ?? 0, limit: Self.page)
    guard let last = events.last else { return 0 }
    try store.add(
      jobs(events), consuming: OutboxStep(consumer: name, from: position, to: last.sequence), now: now)
    return events.count
  }
}
