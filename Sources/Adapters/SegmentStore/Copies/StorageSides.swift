// SPDX-License-Identifier: Apache-2.0

import Archive
import Synchronization

/// The folders of a store, and which of them can be reached.
final class StorageSides: Sendable {
  private let roots: [StoreSide: String]
  private struct State {
    /// Since when a side cannot be reached, in microseconds since 1970-01-01 UTC.
    var lost: [StoreSide: Int64] = [:]
    /// A side that was away and has not caught up: it takes part, and does not lead.
    var behind: StoreSide?
  }

  private let state: Mutex<State>
  private let board: AlarmBoard?
  private let now: @Sendable () -> Int64

  /// Makes both sides where they are new, and finds out which is there.
  init(primary: String, copy: String?, board: AlarmBoard?, now: @escaping @Sendable () -> Int64) throws {
    self.board = board
    self.now = now
    guard let copy else {
      roots = [.primary: primary]
      state = Mutex(State())
      if StoreMarker.read(primary) == nil { try StoreMarker.write(StoreMarker.make(), primary) }
      return
    }
    roots = [.primary: primary, .copy: copy]
    var lost: [StoreSide: Int64] = [:]
    switch (StoreMarker.read(primary), StoreMarker.read(copy)) {
    case (nil, nil):
      let name = StoreMarker.make()
      try StoreMarker.write(name, primary)
      try StoreMarker.write(name, copy)
    case (let known?, nil):
      // The first time a copy is named, it is made; a copy that was there once is missed.
      if Self.isNoted(copy, primary) || (try? StoreMarker.write(known, copy)) == nil { lost[.copy] = now() }
    case (nil, _?): lost[.primary] = now()
    case (let known?, let other?):
      guard known == other else {
        throw ArchiveError(.misuse, "the folder of the copy, \(copy), belongs to another archive")
      }
    }
    state = Mutex(State(lost: lost))
    if lost.isEmpty, let stayed = notedChanges().side { state.withLock { $0.behind = stayed.other } }
    if lost[.copy] == nil, lost[.primary] == nil { Self.note(copy, primary) }
    for (side, _) in lost { raise(side, "\(roots[side] ?? "") cannot be reached, or is another folder") }
  }

  var hasCopy: Bool { roots[.copy] != nil }

  func root(_ side: StoreSide) -> String? { roots[side] }

  /// Those that can be reached.
  var present: [StoreSide] {
    let lost = state.withLock { $0.lost }
    return StoreSide.allCases.filter { roots[$0] != nil && lost[$0] == nil }
  }

  /// The side on which new files are made.
  var lead: StoreSide {
    let state = state.withLock { $0 }
    guard roots[.copy] != nil, state.lost[.copy] == nil else { return .primary }
    return state.lost[.primary] != nil || state.behind == .primary ? .copy : .primary
  }

  /// The other side of one, where it can be reached.
  func counterpart(of side: StoreSide) -> StoreSide? {
    let other = side.other
    return roots[other] != nil && lostSince(other) == nil ? other : nil
  }

  func lostSince(_ side: StoreSide) -> Int64? { state.withLock { $0.lost[side] } }

  /// A side does not do its part any more.
  func lose(_ side: StoreSide, _ reason: String) {
    guard hasCopy else { return }
    state.withLock { state in
      if state.lost[side] == nil { state.lost[side] = now() }
    }
    raise(side, reason)
  }

  /// A side that was lost takes part again, and catches up.
  func regain(_ side: StoreSide) {
    state.withLock { state in
      state.lost[side] = nil
      state.behind = side
    }
    board?.clear(side == .copy ? .copyGone : .primaryGone)
  }

  /// Whether a lost side is there again, by its name.
  func isBack(_ side: StoreSide) -> Bool {
    guard let root = roots[side], let other = roots[side.other], let name = StoreMarker.read(root) else { return false }
    return name == StoreMarker.read(other)
  }

  /// A side that is there by its list is another folder now, such as that of a mount which went away.
  func looksAway(_ side: StoreSide) -> Bool {
    guard let root = roots[side], lostSince(side) == nil else { return false }
    return StoreMarker.read(root) == nil
  }

  private func raise(_ side: StoreSide, _ reason: String) {
    board?.raise(
      side == .copy ? .copyGone : .primaryGone, .critical,
      side == .copy
        ? "there is no second copy: \(reason)" : "the archive runs from its copy alone: \(reason)")
  }

  // MARK: - What was removed or released while a side was away

  private static let changesPath = SegmentFiles.folder + "/.changed"

  /// Notes on the side that is there that a file was removed, or something in it released, while the other is away.
  func noteChange(of path: String) {
    guard hasCopy, present.count == 1, let root = roots[lead] else { return }
    StorageFolder.append(path + "\n", root + "/" + Self.changesPath)
  }

  /// Says that a side is to be filled from the other before it leads.
  static func noteReplacement(stayed root: String) { StorageFolder.append("\n", root + "/" + changesPath) }

  /// The side that went on alone, by its notes, and the files that it changed; nil where neither or both did.
  func notedChanges() -> (side: StoreSide?, paths: Set<String>) {
    var noted: [StoreSide] = []
    var paths: Set<String> = []
    for side in StoreSide.allCases {
      guard let root = roots[side], let lines = StorageFolder.lines(root + "/" + Self.changesPath) else { continue }
      noted.append(side)
      paths.formUnion(lines)
    }
    return (noted.count == 1 ? noted.first : nil, paths)
  }

  /// Both sides are in step again.
  func forgetChanges() {
    guard present.count == 2 else { return }
    state.withLock { $0.behind = nil }
    for root in roots.values { StorageFolder.remove(root + "/" + Self.changesPath) }
  }

  // MARK: - The copy that there was

  private static let notePath = SegmentFiles.folder + "/.copy"

  private static func isNoted(_ copy: String, _ primary: String) -> Bool {
    StorageFolder.text(primary + "/" + notePath) == copy
  }

  private static func note(_ copy: String, _ primary: String) {
    guard !isNoted(copy, primary) else { return }
    StorageFolder.write(copy, primary + "/" + notePath)
  }
}
