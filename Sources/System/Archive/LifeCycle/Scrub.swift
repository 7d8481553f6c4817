// SPDX-License-Identifier: Apache-2.0

import DICOMCore
import Synchronization

/// Reads everything that is stored, on both sides where there are two, once in each period, file by file and no faster
/// than it must; tells what is not as it was stored, and writes it again from the other side.
public final class Scrub: Sendable {
  /// What was done to a file.
  public struct Step: Sendable, Equatable {
    public var file: String
    public var findings: Int
    public var repaired: Int
    /// Seconds to wait before the next, so that a pass takes most of its period.
    public var pause: Double
  }

  /// A pass is done in so much of its period.
  private static let share = 0.8
  /// Bytes a second at least, so that little is read soon.
  private static let slowest = Double(4 << 20)

  private let check: IntegrityCheck
  private let index: any LifeCycleIndex
  private let store: any CopiedStore
  private let journal: any ScrubJournal
  private let board: AlarmBoard
  private let period: Int64
  private let now: @Sendable () -> Int64
  private let plan = Mutex<Plan?>(nil)

  /// What there is to read: made anew after a while.
  private struct Plan {
    /// Microseconds since 1970-01-01 UTC.
    var madeAt: Int64
    /// In ascending order.
    var paths: [String]
    /// Of all sides.
    var bytes: Int64
  }

  /// Microseconds after which a plan is made anew.
  private static let planAge: Int64 = 3_600_000_000

  /// - Parameter period: microseconds in which everything is read once.
  public init(
    check: IntegrityCheck, index: any LifeCycleIndex, store: any CopiedStore, journal: any ScrubJournal,
    board: AlarmBoard, period: Int64, now: @escaping @Sendable () -> Int64 = ArchiveOptions.systemTime
  ) {
    self.check = check
    self.index = index
    self.store = store
    self.journal = journal
    self.board = board
    self.period = period
    self.now = now
  }

  /// Reads the next file.
  /// - Returns: nil where the pass is done and the next is not due yet.
  public func step() throws -> Step? {
    guard var progress = try due() else { return nil }
    tellDelay(progress)
    let (file, bytes) = try next(after: progress.file)
    guard let file else {
      progress.endedAt = now()
      try journal.save(progress)
      board.clear(.scrubBehind)
      return nil
    }
    let begin = now()
    var step = try scrub(file)
    let rate = max(Double(bytes) / (Double(period) / 1_000_000 * Self.share), Self.slowest)
    step.pause = max(Double(size(file)) / rate - Double(now() - begin) / 1_000_000, 0)
    progress.file = file
    progress.files += 1
    progress.bytes += size(file)
    progress.findings += step.findings
    try journal.save(progress)
    return step
  }

  /// The next file, and the bytes of all.
  private func next(after last: String) throws -> (file: String?, bytes: Int64) {
    try plan.withLock { plan throws in
      if let known = plan, now() - known.madeAt < Self.planAge, let file = known.paths.first(where: { $0 > last }) {
        return (file, known.bytes)
      }
      let paths = Set(try index.filePaths()).union(store.filePaths()).sorted()
      plan = Plan(madeAt: now(), paths: paths, bytes: paths.reduce(Int64(0)) { $0 + size($1) })
      return (paths.first { $0 > last }, plan?.bytes ?? 0)
    }
  }

  /// The pass that is under way, or the next where its time has come.
  private func due() throws -> ScrubProgress? {
    guard let known = try journal.progress() else { return ScrubProgress(begunAt: now()) }
    guard let end = known.endedAt else { return known }
    guard now() - known.begunAt >= period else { return nil }
    return ScrubProgress(begunAt: now(), lastEndedAt: end)
  }

  private func tellDelay(_ progress: ScrubProgress) {
    guard now() - progress.begunAt > period + period / 2 else { return }
    board.raise(.scrubBehind, .warning, "reading everything takes longer than the \(period / 86_400_000_000) days set")
  }

  private func size(_ file: String) -> Int64 {
    store.sides.reduce(Int64(0)) { $0 + (store.length(of: file, on: $1) ?? 0) }
  }

  // MARK: - A file

  private func scrub(_ file: String) throws -> Step {
    var step = Step(file: file, findings: 0, repaired: 0, pause: 0)
    var reasons: [String] = []
    let sides = store.sides
    try bringBack(file, sides, &step, &reasons)
    var unrepairable: [IntegrityFinding] = []
    var extents: [Int64: ObjectExtent] = [:]
    for instance in try index.locations(in: file) { extents[instance.location.offset] = instance.location.extent }
    _ = try check.run(file: file) { found in
      step.findings += 1
      if extents[found.offset] == nil || found.kind == .forged { unrepairable.append(found) }
    }
    // Each side by itself: the check reads the first that can be read.
    for side in sides {
      for extent in extents.values.sorted(by: { $0.offset < $1.offset })
      where (try? store.isWhole(extent, on: side)) != true {
        if side != sides.first { step.findings += 1 }
        let place = "\(side.rawValue) at \(extent.offset)"
        if try store.repair(extent, on: side) {
          step.repaired += 1
          board.raise(
            .repaired, .warning, subject: file, "\(place) was damaged, and was written again from the other side")
        } else {
          reasons.append("\(place) is damaged")
        }
      }
    }
    if sides.count == 2, file.hasPrefix("studies/") { try store.reconcile(file: file) }
    // What the damage explained is looked at again.
    if !unrepairable.isEmpty, step.repaired > 0 {
      unrepairable = []
      _ = try check.run(file: file) { unrepairable.append($0) }
    }
    reasons += unrepairable.map { "\($0.object): \($0.kind.rawValue): \($0.reason)" }
    board.clear(.repaired, subject: file)
    guard let first = reasons.first else {
      board.clear(.damaged, subject: file)
      return step
    }
    let others = reasons.count > 1 ? ", and \(reasons.count - 1) more" : ""
    board.raise(.damaged, .critical, subject: file, first + others)
    return step
  }

  /// A file that stands on one of two sides only.
  private func bringBack(
    _ file: String, _ sides: [StoreSide], _ step: inout Step, _ reasons: inout [String]
  ) throws {
    guard sides.count == 2, try !index.locations(in: file).isEmpty else { return }
    for side in sides where store.length(of: file, on: side) == nil {
      // What was made a moment ago is still being copied.
      if side == .copy, board.isOpen(.copyBehind) { continue }
      step.findings += 1
      if try store.repair(file: file, on: side) {
        step.repaired += 1
        board.raise(.repaired, .warning, subject: file, "\(side.rawValue) had lost the file; it was written again")
      } else {
        reasons.append("\(side.rawValue) has lost the file")
      }
    }
  }
}
