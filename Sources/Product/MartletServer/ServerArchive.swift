// SPDX-License-Identifier: Apache-2.0

import Archive
import DICOMCore
import Logging
import SegmentStore

/// The image archive of a data folder.
public enum ServerArchive {
  /// Puts index and segments together; `start` is left to the caller, who holds the folder's lock.
  public static func open(
    _ folder: DataFolder, _ settings: Settings, _ database: ServerDatabase, logger: Logger
  ) throws -> ImageArchive {
    let megabyte = 1 << 20
    let store = try SegmentStore(
      root: folder.path,
      options: SegmentStoreOptions(
        segmentSize: Int64(settings.segmentMegabytes) << 20, maximumWriters: min(settings.maximumAssociations, 64),
        cacheSize: settings.blockCacheMegabytes * megabyte, warn: { logger.warning("\($0)") }))
    let quarantine = try FolderQuarantine(
      root: folder.path, maximumSize: Int64(settings.quarantineMegabytes) << 20)
    return ImageArchive(
      index: database.index, store: store, quarantine: quarantine, incidents: database.incidents,
      options: ArchiveOptions(version: Version.number))
  }
}
