// SPDX-License-Identifier: Apache-2.0

import Archive
import Synchronization

/// Keeps both sides of a store in step. What is flushed on one side is done on the other: by the same thread before
/// its function returns, or soon after by `run`. What a side missed while it was away is found by comparing all files.
final class CopyKeeper: StorageObserver {
  /// Changes that wait; with more, all files are compared instead.
  static let maximumChanges = 200_000
  /// Files that are worked on at the same time, at most; a lock for each.
  private static let stripes = 16
  /// Microseconds after which a comparison that failed is tried again.
  private static let retryDelay: Int64 = 60_000_000

  private struct State {
    var queue: [StorageChange] = []
    /// Those of `queue` that are done.
    var done = 0
    var bytes: Int64 = 0
    /// The side that was there all the time, where files must be compared.
    var comparison: StoreSide? = .primary
    var isComparing = false
    /// Before which no comparison is tried again, after one that failed.
    var nextComparison: Int64 = 0
    /// Files of which the other side may have headers without bodies, since copying them failed.
    var doubtful: Set<String> = []
    var copiers: [SideCopier] = []
  }

  let files: SegmentFiles
  var sides: StorageSides { files.sides }
  private let options: SegmentStoreOptions
  private let locks: [Monitor]
  private let monitor = Monitor()
  private let changesWait = Monitor.Condition()
  private nonisolated(unsafe) var state = State()  // Guarded by `monitor`.

  init(_ files: SegmentFiles) {
    self.files = files
    options = files.options
    locks = (0..<Self.stripes).map { _ in Monitor() }
  }

  // MARK: - What changed

  func changed(_ path: String, _ side: StoreSide, _ kinds: [StorageChange.Kind]) {
    guard !path.hasSuffix(".part") else { return }
    guard sides.counterpart(of: side) != nil else { return requireComparison(stayed: side) }
    if options.copiesFirst {
      do {
        try withCopier(path) { try $0.apply(path, from: side, kinds) }
      } catch {
        failed(path, side, error)
      }
      return
    }
    let time = options.now()
    monitor.lock()
    for kind in kinds {
      let change = StorageChange(path: path, side: side, kind: kind, at: time)
      state.queue.append(change)
      state.bytes += change.bytes
    }
    if state.queue.count - state.done > Self.maximumChanges {
      state.queue = []
      state.done = 0
      state.bytes = 0
      state.comparison = side
    }
    monitor.signal(changesWait)
    monitor.unlock()
  }

  private func requireComparison(stayed: StoreSide) {
    monitor.lock()
    state.comparison = stayed
    monitor.unlock()
  }

  /// The copying of a file failed: the other side is lost where it does not work at all.
  private func failed(_ path: String, _ side: StoreSide, _ error: any Error) {
    monitor.lock()
    state.doubtful.insert(path)
    monitor.unlock()
    requireComparison(stayed: side)
    do {
      try files.tryDisk(on: side.other, reserving: 0)
      options.board?.raise(.copyFailed, .critical, subject: path, "\(error)")
    } catch let cause {
      sides.lose(side.other, "\(cause)")
    }
  }

  /// Whether the bytes of a file must be compared, however its headers look.
  func isDoubtful(_ path: String) -> Bool {
    monitor.lock()
    defer { monitor.unlock() }
    return state.doubtful.contains(path)
  }

  /// A comparison found a file alike on both sides, or made it so.
  func isInStep(_ path: String) {
    monitor.lock()
    state.doubtful.remove(path)
    monitor.unlock()
  }

  func withCopier<Result>(_ path: String, _ body: (SideCopier) throws -> Result) throws -> Result {
    let lock = locks[Int(UInt(bitPattern: path.hashValue) % UInt(Self.stripes))]
    lock.lock()
    defer { lock.unlock() }
    monitor.lock()
    let known = state.copiers.popLast()
    monitor.unlock()
    let copier = try known ?? SideCopier(sides, options)
    defer {
      monitor.lock()
      state.copiers.append(copier)
      monitor.unlock()
    }
    return try body(copier)
  }

  // MARK: - What is done later

  /// Returns when something waits to be copied, or after so many seconds.
  func wait(seconds: Int) {
    monitor.lock()
    if state.queue.count == state.done { monitor.wait(changesWait, seconds: seconds) }
    monitor.unlock()
  }

  /// Looks after lost sides, compares what must be compared, and does what waits.
  func run(_ known: FileKnowledge, shouldStop: () -> Bool) {
    for side in StoreSide.allCases where sides.looksAway(side) && sides.counterpart(of: side) != nil {
      sides.lose(side, "the folder is not the archive's any more")
    }
    for side in StoreSide.allCases where sides.lostSince(side) != nil {
      guard sides.isBack(side), (try? files.tryDisk(on: side, reserving: 0)) != nil else { continue }
      sides.regain(side)
      requireComparison(stayed: side.other)
    }
    if sides.present.count == 2 { compareIfNeeded(known, shouldStop) }
    while !shouldStop(), let change = nextChange() {
      do {
        try withCopier(change.path) { try $0.apply(change.path, from: change.side, [change.kind]) }
      } catch {
        failed(change.path, change.side, error)
      }
    }
    tellLag()
  }

  /// The oldest change that waits; the one before it is done.
  private func nextChange() -> StorageChange? {
    monitor.lock()
    defer { monitor.unlock() }
    // Left in the queue until it is done, so that it counts as waiting.
    if state.done > 0 {
      state.bytes -= state.queue[state.done - 1].bytes
      if state.done == state.queue.count {
        state.queue = []
        state.done = 0
        state.bytes = 0
      } else if state.done > 1000 {
        state.queue.removeFirst(state.done)
        state.done = 0
      }
    }
    guard state.done < state.queue.count else { return nil }
    defer { state.done += 1 }
    return state.queue[state.done]
  }

  private func compareIfNeeded(_ known: FileKnowledge, _ shouldStop: () -> Bool) {
    monitor.lock()
    let stayed = options.now() < state.nextComparison ? nil : state.comparison
    if stayed != nil { state.comparison = nil }
    state.isComparing = stayed != nil
    monitor.unlock()
    guard let stayed else { return }
    let comparison = SideComparison(self, stayed: stayed, known)
    let isWhole = comparison.run(shouldStop: shouldStop)
    if !isWhole { requireComparison(stayed: stayed) }
    monitor.lock()
    state.nextComparison = isWhole ? 0 : options.now() + Self.retryDelay
    state.isComparing = false
    monitor.unlock()
  }

  // MARK: - How far it is

  var status: CopyStatus {
    monitor.lock()
    let waiting = max(state.done - 1, 0)..<state.queue.count
    let oldest = waiting.isEmpty ? nil : state.queue[waiting.lowerBound].at
    var status = CopyStatus(
      state: state.comparison != nil || state.isComparing ? .comparing : waiting.isEmpty ? .inStep : .behind,
      changes: waiting.count, bytes: waiting.isEmpty ? 0 : state.bytes, since: oldest)
    monitor.unlock()
    for side in StoreSide.allCases {
      guard let since = sides.lostSince(side) else { continue }
      status.state = side == .copy ? .copyGone : .primaryGone
      status.since = since
    }
    return status
  }

  private func tellLag() {
    let status = status
    guard status.state == .behind || status.state == .comparing, let since = status.since else {
      options.board?.clear(.copyBehind)
      return
    }
    let seconds = (options.now() - since) / 1_000_000
    guard seconds > Int64(options.copyLagSeconds) else { return }
    options.board?.raise(
      .copyBehind, .warning, "the copy is \(seconds) s behind: \(status.changes) changes, \(status.bytes) bytes")
  }
}

/// What a comparison of the sides asks of the index.
public struct FileKnowledge: Sendable {
  /// Whether the index refers to a file.
  let isKnown: @Sendable (String) -> Bool
  /// Whether the index knows the same object in another file.
  let isCovered: @Sendable (StoredObject) -> Bool

  public init(
    isKnown: @escaping @Sendable (String) -> Bool, isCovered: @escaping @Sendable (StoredObject) -> Bool
  ) {
    self.isKnown = isKnown
    self.isCovered = isCovered
  }
}
