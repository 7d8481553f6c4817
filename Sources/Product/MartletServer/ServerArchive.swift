// SPDX-License-Identifier: Apache-2.0

import Archive
import DICOMCore
import Logging
import SegmentStore

/// The image archive of a data folder, and what keeps it in order.
public struct ServerArchive: Sendable {
  public let archive: ImageArchive
  public let lifeCycle: LifeCycle
  public let check: IntegrityCheck
  public let reindex: Reindex
  public let commitment: StorageCommitment
  private let index: any LifeCycleIndex

  /// Puts index and segments together; starting it is left to the caller, who holds the folder's lock. A check needs
  /// neither.
  public init(_ folder: DataFolder, _ settings: Settings, _ database: ServerDatabase, logger: Logger) throws {
    let megabyte = 1 << 20
    let store = try SegmentStore(
      root: folder.path,
      options: SegmentStoreOptions(
        segmentSize: Int64(settings.segmentMegabytes) << 20, maximumWriters: min(settings.maximumAssociations, 64),
        cacheSize: settings.blockCacheMegabytes * megabyte, warn: { logger.warning("\($0)") }))
    let quarantine = try FolderQuarantine(
      root: folder.path, maximumSize: Int64(settings.quarantineMegabytes) << 20)
    archive = ImageArchive(
      index: database.index, store: store, quarantine: quarantine, incidents: database.incidents,
      options: ArchiveOptions(version: Version.number))
    let minute: Int64 = 60_000_000
    lifeCycle = LifeCycle(
      index: database.lifeCycle, store: store,
      options: LifeCycleOptions(
        quietTime: Int64(settings.settleMinutes) * minute, releaseDelay: Int64(settings.releaseMinutes) * minute))
    check = IntegrityCheck(index: database.lifeCycle, store: store)
    reindex = Reindex(archive: archive, index: database.lifeCycle, store: store)
    commitment = StorageCommitment(
      list: database.commitments, index: database.index,
      privateStorageClasses: settings.privateStorageClasses.map { UID($0) }, isWhole: { try store.isWhole($0) })
    index = database.lifeCycle
  }

  /// Makes the archive ready. Called once, first, by who holds the folder's lock.
  public func start() throws -> RecoverySummary {
    guard try !index.isRebuilding() else {
      throw SettingsError(
        key: "data", reason: "the index is not whole, since martlet reindex was interrupted; run it again")
    }
    return try archive.start()
  }
}
