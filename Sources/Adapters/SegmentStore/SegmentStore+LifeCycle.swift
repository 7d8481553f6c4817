// SPDX-License-Identifier: Apache-2.0

import Archive
import DICOMCore

extension SegmentStore: LifeCycleStore {
  public func makeStudyFile(_ study: UID, generation: Int, members: [StudyMember]) throws -> StudyFile {
    try StudyFileMaker(files).make(study, generation: generation, members: members)
  }

  public func release(_ extents: [ObjectExtent]) throws { try SegmentRelease(files).run(extents) }

  public func removeFile(_ file: String) throws -> Bool {
    guard StorageFolder.length("\(files.root)/\(file)") != nil else { return true }
    if !file.hasPrefix(StudyFileMaker.folder + "/") {
      guard files.finalEnd(file) == .max else { return false }
      var isEmpty = true
      try walk(file) { _ in isEmpty = false }
      guard isEmpty else { return false }
    }
    files.remove(file)
    return true
  }

  public func filePaths() -> [String] {
    [SegmentFiles.folder, StudyFileMaker.folder].flatMap { folder in
      StorageFolder.entries("\(files.root)/\(folder)").flatMap { part in
        StorageFolder.entries("\(files.root)/\(folder)/\(part)").filter { $0.hasSuffix(".tar") }
          .map { "\(folder)/\(part)/\($0)" }
      }
    }
  }

  public func isWhole(_ extent: ObjectExtent) throws -> Bool {
    try UncachedReader().isWhole(extent, files.open(extent.file))
  }

  public func walk(_ path: String, _ each: (StoredObject) throws -> Void) throws {
    try eachMember(of: try files.open(path)) { header, extent in
      guard !StudyManifest.isPart(header.name) else { return }
      try each(StoredObject(path: "\(header.prefix)/\(header.name)", extent: extent))
    }
  }

  /// Comes across each member of a file that was not given back, in the order of positions.
  func eachMember(of file: StorageFile, _ each: (TarHeader, ObjectExtent) throws -> Void) throws {
    let block = try AlignedBuffer(count: SegmentLayout.block)
    let length = try file.length()
    var position: Int64 = 0
    while position < length, try file.read(into: block.bytes, at: position) >= SegmentLayout.record,
      let header = TarHeader(UnsafeRawBufferPointer(block.bytes)), header.kind == .file
    {
      let body = position + Int64(SegmentLayout.record)
      guard header.size <= length - body else { break }
      if let checksum = header.bodyChecksum {
        try each(header, ObjectExtent(file: file.path, offset: body, length: header.size, checksum: checksum))
      }
      position = SegmentLayout.end(ofMemberAt: position, length: header.size)
    }
  }
}
