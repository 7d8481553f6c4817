// SPDX-License-Identifier: Apache-2.0

import Archive

/// An archive of which all parts are in memory.
public struct MemoryArchive: Sendable {
  public let archive: ImageArchive
  public let index: MemoryInstanceIndex
  public let store: MemoryObjectStore
  public let quarantine: MemoryQuarantine
  public let incidents: MemoryIncidentList

  public init(
    index: MemoryInstanceIndex = MemoryInstanceIndex(), store: MemoryObjectStore = MemoryObjectStore(),
    quarantine: MemoryQuarantine = MemoryQuarantine()
  ) {
    self.index = index
    self.store = store
    self.quarantine = quarantine
    incidents = MemoryIncidentList()
    archive = ImageArchive(
      index: index, store: store, quarantine: quarantine, incidents: incidents, options: ArchiveOptions(version: "1.0"))
  }

  /// A started one.
  public static func started() throws -> MemoryArchive {
    let memory = MemoryArchive()
    _ = try memory.archive.start()
    return memory
  }

  public func sink(_ sender: String = "CT1") throws -> IngestSink {
    try archive.makeSink(source: InstanceSource(way: .dimse, sender: sender, receiver: "MARTLET"))
  }
}
