// SPDX-License-Identifier: Apache-2.0

import Archive
import CDirectIO
import DICOMCore

extension SegmentStore: LifeCycleStore {
  public func makeStudyFile(
    _ study: UID, generation: Int, members: [StudyMember], records: [ArchiveRecord], recoding: MemberRecoding?
  ) throws -> StudyFile {
    try StudyFileMaker(files, recoding).make(study, generation: generation, members: members, records: records)
  }

  public func records(in path: String) throws -> [ArchiveRecord] {
    guard path.hasPrefix(StudyFileMaker.folder + "/") else { return [] }
    let file = try files.open(path)
    let reader = try UncachedReader()
    var records: [ArchiveRecord] = []
    try files.eachMember(of: file) { header, extent in
      guard header.prefix == RecordFiles.folder, header.name.hasSuffix(".json"),
        extent.length <= RecordFiles.recordLimit
      else { return }
      var content: [UInt8] = []
      try reader.read(extent, file) { content.append(contentsOf: $0) }
      guard content.withUnsafeBytes({ cdio_crc32c(0, $0.baseAddress, $0.count) }) == extent.checksum else {
        throw ArchiveError(.damaged, "the checksum of a record differs", file: path, offset: extent.offset)
      }
      records.append(ArchiveRecord(name: String(header.name.dropLast(5)), content: content))
    }
    return records
  }

  public func release(_ extents: [ObjectExtent]) throws { try SegmentRelease(files).run(extents) }

  public func removeFile(_ file: String) throws -> Bool {
    guard files.length(file) != nil else { return true }
    if !file.hasPrefix(StudyFileMaker.folder + "/") {
      guard files.finalEnd(file) == .max else { return false }
      var isEmpty = true
      try walk(file) { _ in isEmpty = false }
      guard isEmpty else { return false }
    }
    files.remove(file)
    return true
  }

  public func filePaths() -> [String] { files.paths() }

  public func isWhole(_ extent: ObjectExtent) throws -> Bool {
    try UncachedReader().isWhole(extent, files.open(extent.file))
  }

  public func walk(_ path: String, _ each: (StoredObject) throws -> Void) throws {
    try files.eachMember(of: try files.open(path)) { header, extent in
      guard !StudyManifest.isPart(header) else { return }
      try each(StoredObject(path: "\(header.prefix)/\(header.name)", extent: extent))
    }
  }
}
