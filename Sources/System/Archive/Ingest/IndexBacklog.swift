// SPDX-License-Identifier: Apache-2.0

import DICOMCore

/// Records of instances that are durable and acknowledged, on their way into the index: one thread commits them in
/// groups, so that no sender waits for the index and pages that many records change are written once.
///
/// Whoever must see every acknowledged instance calls `drain` first. A crash costs nothing: the records are read again
/// from the segments, in which they stand in the order in which they are committed here. Where the index takes
/// nothing, `enter` throws, so that nothing new is acknowledged, and the records wait.
public final class IndexBacklog: Sendable {
  /// More than these wait for room.
  package static let limit = 1024
  /// What one transaction takes.
  static let groupLimit = 512
  /// For how long a record waits for others, in milliseconds.
  static let patience = 60
  /// After how long an index that took nothing is tried again, in milliseconds, where nobody asks before.
  static let pause = 250
  /// For how long a query waits for an index that took nothing, in milliseconds.
  static let queryPatience = 1000

  /// What becomes of records, told on the backlog's thread.
  struct Callbacks {
    /// The index knew the instance: another node stored it at the same time, or a correction hides its twin.
    var settle: @Sendable (InstanceRecord, AddOutcome) throws -> Void
    /// The index took nothing; asked again and again until it does.
    var failed: @Sendable (any Error) -> Void
    /// It takes records again.
    var recovered: @Sendable () -> Void
    /// It will never take this one.
    var refused: @Sendable (InstanceRecord, any Error) -> Void
  }

  private struct State {
    var callbacks: Callbacks?
    var waiting: [InstanceRecord] = []
    /// Being committed or waiting.
    var left = 0
    /// Instances from before it is looked whether they are known until they are indexed.
    var inHand: Set<UID> = []
    var fresh = FreshSeries()
    var added = 0
    /// Somebody waits until so many of those added are done.
    var wanted = 0
    var done = 0
    var isIdle = false
    var isEnding = false
    var failure: ArchiveError?
    /// Transactions that were tried.
    var attempts = 0
  }

  let index: any InstanceIndex
  /// Takes the places of bodies that turn out to be of no use.
  let lifeCycle: (any LifeCycleIndex)?
  private let monitor = Monitor()
  private let work = Monitor.Condition()
  private let progress = Monitor.Condition()
  private nonisolated(unsafe) var state = State()  // Guarded by `monitor`.

  /// - Parameters:
  ///   - index: one whose functions do not call `drain`.
  ///   - lifeCycle: the same; nil leaves places of no use as they are.
  public init(_ index: any InstanceIndex, lifeCycle: (any LifeCycleIndex)? = nil) {
    self.index = index
    self.lifeCycle = lifeCycle
  }

  // MARK: - For those who store

  /// Takes an instance in hand, so that nobody else looks for it until it is indexed. Waits for who has it.
  /// - Returns: whether the index may know it.
  func enter(_ instance: UID, of series: UID) throws -> Bool {
    monitor.lock()
    defer { monitor.unlock() }
    retry(milliseconds: nil)
    while true {
      guard state.callbacks != nil else { throw ArchiveError(.misuse, "the archive is not running") }
      if let failure = state.failure { throw failure }
      if state.inHand.insert(instance).inserted { return state.fresh.asks(for: instance, of: series) }
      hurry()
      monitor.wait(progress)
    }
  }

  /// Lets an instance go that was not added.
  func leave(_ instance: UID) {
    monitor.lock()
    state.inHand.remove(instance)
    monitor.broadcast(progress)
    monitor.unlock()
  }

  /// Adds the record of an instance that is in hand. Waits while there is no room.
  func add(_ record: InstanceRecord) {
    monitor.lock()
    defer { monitor.unlock() }
    while state.left >= Self.limit, state.failure == nil, state.callbacks != nil { monitor.wait(progress) }
    // At the end of the process: the next start reads it from its segment.
    guard state.callbacks != nil else { return }
    state.fresh.add(record.identity.instance, of: record.identity.series)
    state.waiting.append(record)
    state.left += 1
    state.added += 1
    if state.isIdle || state.waiting.count == Self.groupLimit { monitor.signal(work) }
  }

  /// Returns when all that was added before is indexed.
  /// - Returns: false where the index takes nothing; what waits is then not to be found.
  @discardableResult
  public func drain() -> Bool {
    monitor.lock()
    defer { monitor.unlock() }
    let target = state.added
    retry(milliseconds: Self.queryPatience)
    while state.done < target {
      guard state.failure == nil, state.callbacks != nil else { return false }
      hurry()
      monitor.wait(progress)
    }
    return true
  }

  /// Where the index took nothing, has it tried once more: it may be back.
  private func retry(milliseconds: Int?) {
    guard state.failure != nil else { return }
    let attempts = state.attempts
    monitor.signal(work)
    while state.attempts == attempts, state.callbacks != nil {
      guard let milliseconds else {
        monitor.wait(progress)
        continue
      }
      guard monitor.wait(progress, milliseconds: milliseconds) else { return }
    }
  }

  private func hurry() {
    guard state.wanted < state.added else { return }
    state.wanted = state.added
    monitor.signal(work)
  }

  // MARK: - The thread

  /// Starts the thread that commits.
  func start(_ callbacks: Callbacks) throws {
    monitor.lock()
    let isNew = state.callbacks == nil
    state.callbacks = callbacks
    state.isEnding = false
    monitor.unlock()
    if isNew { try BackgroundThread.start { self.run(callbacks) } }
  }

  /// Commits what waits, unless the index takes nothing, and ends the thread.
  func stop() {
    monitor.lock()
    state.isEnding = true
    monitor.signal(work)
    while state.callbacks != nil { monitor.wait(progress) }
    monitor.unlock()
  }

  private func run(_ callbacks: Callbacks) {
    monitor.lock()
    while awaitWork() {
      let group = Array(state.waiting.prefix(Self.groupLimit))
      monitor.unlock()
      let (count, failure) = commit(group, callbacks)
      if let failure { callbacks.failed(failure) }
      monitor.lock()
      for record in group[..<count] { state.inHand.remove(record.identity.instance) }
      state.waiting.removeFirst(count)
      state.left -= count
      state.done += count
      let isOver = state.failure != nil && failure == nil
      state.failure = failure
      state.attempts += 1
      monitor.broadcast(progress)
      if failure != nil {
        if state.isEnding { break }
        monitor.wait(work, milliseconds: Self.pause)
      } else if isOver {
        monitor.unlock()
        callbacks.recovered()
        monitor.lock()
      }
    }
    // What is left stands in the segments: the next start indexes it.
    state = State()
    monitor.broadcast(progress)
    monitor.unlock()
  }

  /// Waits for records, and a while for more of them.
  /// - Returns: false at the end.
  private func awaitWork() -> Bool {
    while state.waiting.isEmpty {
      if state.isEnding { return false }
      state.isIdle = true
      monitor.wait(work)
      state.isIdle = false
    }
    if !state.isEnding, state.wanted <= state.done, state.waiting.count < Self.groupLimit {
      monitor.wait(work, milliseconds: Self.patience)
    }
    return true
  }

  /// Commits records in their order: behind one that the index does not take now, none is tried, since recovery begins
  /// behind the last of a segment that is indexed.
  /// - Returns: how many are done with, and what keeps the next from being so.
  private func commit(_ group: [InstanceRecord], _ callbacks: Callbacks) -> (Int, ArchiveError?) {
    do {
      try settle(group, index.add(group, evenIfIdentical: false), callbacks)
      return (group.count, nil)
    } catch let error as ArchiveError where error.isOfResources {
      return (0, error)
    } catch {
      guard group.count == 1 else {
        var done = 0
        for record in group {
          let (count, failure) = commit([record], callbacks)
          if let failure { return (done, failure) }
          done += count
        }
        return (done, nil)
      }
      callbacks.refused(group[0], error)
      return (1, nil)
    }
  }

  private func settle(_ group: [InstanceRecord], _ outcomes: [AddOutcome], _ callbacks: Callbacks) throws {
    guard outcomes.count == group.count else {
      throw ArchiveError(.misuse, "the index answered \(outcomes.count) of \(group.count) records")
    }
    for (record, outcome) in zip(group, outcomes) where outcome != .added { try callbacks.settle(record, outcome) }
  }
}
