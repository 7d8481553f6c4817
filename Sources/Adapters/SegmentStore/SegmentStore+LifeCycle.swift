// SPDX-License-Identifier: Apache-2.0

import Archive
import DICOMCore

extension SegmentStore: LifeCycleStore {
  public func makeStudyFile(_ study: UID, generation: Int, members: [StudyMember]) throws -> StudyFile {
    try StudyFileMaker(files).make(study, generation: generation, members: members)
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
      guard !StudyManifest.isPart(header.name) else { return }
      try each(StoredObject(path: "\(header.prefix)/\(header.name)", extent: extent))
    }
  }
}
