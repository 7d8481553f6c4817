// SPDX-License-Identifier: Apache-2.0

import Archive
import CDirectIO

extension SegmentStore: CopiedStore {
  public var sides: [StoreSide] { files.sides.present }

  public func length(of file: String, on side: StoreSide) -> Int64? { files.length(file, on: side) }

  public func isWhole(_ extent: ObjectExtent, on side: StoreSide) throws -> Bool {
    try UncachedReader().isWhole(extent, files.open(extent.file, flags: 0, on: side))
  }

  public func repair(_ extent: ObjectExtent, on side: StoreSide) throws -> Bool {
    guard let keeper, files.sides.counterpart(of: side) != nil, (try? isWhole(extent, on: side.other)) == true else {
      return false
    }
    // With its header, and whole blocks, which hold nothing of another member but its beginning.
    let start = extent.offset - Int64(SegmentLayout.record)
    let end = SegmentLayout.end(ofMemberAt: start, length: extent.length)
    try keeper.withCopier(extent.file) { try $0.apply(extent.file, from: side.other, [.written(start..<end)]) }
    files.cache.cut(extent.file, from: 0)
    return try isWhole(extent, on: side)
  }

  public func repair(file: String, on side: StoreSide) throws -> Bool {
    guard let keeper, files.sides.counterpart(of: side) != nil, files.length(file, on: side.other) != nil else {
      return false
    }
    try keeper.withCopier(file) { try $0.copyWhole(file, from: side.other) }
    files.cache.cut(file, from: 0)
    return files.length(file, on: side) == files.length(file, on: side.other)
  }

  public func reconcile(file: String) throws {
    guard let keeper, files.sides.present.count == 2,
      StoreSide.allCases.allSatisfy({ files.length(file, on: $0) != nil })
    else { return }
    let nothing = FileKnowledge(isKnown: { _ in true }, isCovered: { _ in false })
    let comparison = SideComparison(keeper, stayed: files.sides.lead, nothing)
    try keeper.withCopier(file) { try comparison.compareMembers(file, $0) }
  }

  /// Lets an empty folder take the place of one that was lost: it is filled from the other, which leads until then.
  /// - Returns: false where there is nothing to be done: the folder is not empty, or the other is none of an archive.
  public static func replace(_ root: String, by other: String) throws -> Bool {
    guard StoreMarker.read(root) == nil, let name = StoreMarker.read(other) else { return false }
    StorageSides.noteReplacement(stayed: other)
    try StoreMarker.write(name, root)
    return true
  }

  /// How far the second copy is; nil where none is kept.
  public var copyStatus: CopyStatus? { keeper?.status }

  /// Does what waits to be copied, and looks after sides that are away. Called again and again, by one thread.
  public func keepCopies(_ known: FileKnowledge, shouldStop: () -> Bool = { false }) {
    keeper?.run(known, shouldStop: shouldStop)
  }

  /// Returns when something waits to be copied, or after so many seconds.
  public func waitForChanges(seconds: Int) { keeper?.wait(seconds: seconds) }
}
