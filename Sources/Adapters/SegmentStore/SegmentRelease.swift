// SPDX-License-Identifier: Apache-2.0

import Archive
import CDirectIO
import DICOMCore

/// Gives the space of members back: holes are punched into their bodies, what a hole cannot take is zeroed, and their
/// headers are renamed, so that readers walk past.
struct SegmentRelease {
  private let files: SegmentFiles
  private let block: AlignedBuffer
  private let side: StoreSide?
  private var file: StorageFile?
  private var isChanged = false

  /// - Parameter side: works there alone; nil on the first that has the file, and then on the other.
  init(_ files: SegmentFiles, on side: StoreSide? = nil) throws {
    self.files = files
    self.side = side
    block = try AlignedBuffer(count: SegmentLayout.block)
  }

  consuming func run(_ extents: [ObjectExtent]) throws {
    var settled: Set<String> = []
    for extent in extents.sorted(by: { ($0.file, $0.offset) < ($1.file, $1.offset) }) {
      do {
        try open(extent.file)
        try release(extent)
        if extent.file.hasPrefix(StudyFileMaker.folder + "/"), settled.insert(extent.file).inserted {
          try releaseHeads()
        }
      } catch let error as ArchiveError where error.code == .missing {
        continue
      } catch let refused as DirectRefused {
        throw refused.error
      }
    }
    try finishFile()
  }

  private mutating func open(_ path: String) throws {
    guard file?.path != path else { return }
    try finishFile()
    file =
      try side.map { try files.open(path, flags: CDIO_WRITE, on: $0, isObserved: false) }
      ?? files.open(path, flags: CDIO_WRITE)
  }

  private mutating func finishFile() throws {
    if isChanged { try file?.sync() }
    isChanged = false
    file = nil
  }

  /// The heads of series hold what stands in objects too. Who needs them reads the objects that are left.
  private mutating func releaseHeads() throws {
    guard let file else { return }
    var heads: [ObjectExtent] = []
    try files.eachMember(of: file) { header, extent in
      if header.prefix == StudyHeads.folder { heads.append(extent) }
    }
    for extent in heads { try release(extent) }
  }

  private mutating func release(_ extent: ObjectExtent) throws {
    guard let file else { return }
    let start = extent.offset - Int64(SegmentLayout.record)
    let bytes = block.bytes
    guard try file.read(into: bytes, at: start) >= SegmentLayout.record,
      var header = TarHeader(UnsafeRawBufferPointer(bytes)), header.kind == .file, header.size == extent.length
    else { throw ArchiveError(.damaged, "no member is there to be released", file: extent.file, offset: start) }
    guard header.group != TarHeader.deletedGroup else { return }
    isChanged = true
    if side == nil { files.sides.noteChange(of: extent.file) }
    // The renamed header goes first: from then on nobody takes the rest for an object.
    header.prefix = "deleted"
    header.name = String(start / Int64(SegmentLayout.block))
    header.group = TarHeader.deletedGroup
    let bodyEnd = extent.offset + extent.length
    let firstEnd = min(Int(bodyEnd - start), SegmentLayout.block)
    bytes[SegmentLayout.record..<max(firstEnd, SegmentLayout.record)].initializeMemory(0)
    header.write(to: bytes)
    try file.write(block.slice(0..<SegmentLayout.block), at: start)
    let hole = start + Int64(SegmentLayout.block)
    let holeEnd = bodyEnd / Int64(SegmentLayout.block) * Int64(SegmentLayout.block)
    if holeEnd > hole { try file.punchHole(from: hole, count: holeEnd - hole) }
    if bodyEnd > holeEnd, holeEnd >= hole {
      guard try file.read(into: bytes, at: holeEnd) == SegmentLayout.block else { return }
      bytes[..<Int(bodyEnd - holeEnd)].initializeMemory(0)
      try file.write(block.slice(0..<SegmentLayout.block), at: holeEnd)
    }
    files.cache.cut(extent.file, from: start)
  }
}
