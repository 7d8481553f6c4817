// SPDX-License-Identifier: Apache-2.0

import Archive
import DICOMCore
import Logging
import Radiology
import SegmentStore
import Trust

/// The image archive of a data folder, and what keeps it in order.
public struct ServerArchive: Sendable {
  public let archive: ImageArchive
  public let lifeCycle: LifeCycle
  public let check: IntegrityCheck
  public let reindex: Reindex
  public let commitment: StorageCommitment
  public let corrections: Corrections
  let watch: ConditionWatch
  let store: SegmentStore
  let knowledge: FileKnowledge
  /// Nil where it is left out.
  let scrub: Scrub?
  private let index: any LifeCycleIndex
  private let keys: SigningKeys
  private let logger: Logger

  /// Puts index and segments together; starting it is left to the caller, who holds the folder's lock. A check needs
  /// neither.
  public init(_ folder: DataFolder, _ settings: Settings, _ database: ServerDatabase, logger: Logger) throws {
    let megabyte = 1 << 20
    let keys = try SigningKeys(folder, settings)
    self.keys = keys
    let board = AlarmBoard(list: database.alarms)
    var options = SegmentStoreOptions(
      segmentSize: Int64(settings.segmentMegabytes) << 20, maximumWriters: min(settings.maximumAssociations, 64),
      cacheSize: settings.blockCacheMegabytes * megabyte, sign: { Self.sign($0, keys, board) },
      warn: { logger.warning("\($0)") })
    options.copy = settings.copy.isEmpty ? nil : settings.copy
    options.readySegments = settings.readySegments
    options.copiesFirst = settings.copyBeforeAnswer
    options.copyLagSeconds = settings.copyLagMinutes * 60
    options.board = board
    let store = try SegmentStore(
      root: settings.storage.isEmpty ? folder.path : settings.storage, options: options)
    self.store = store
    let index = database.index
    let lifeCycleIndex = database.lifeCycle
    knowledge = FileKnowledge(
      isKnown: { (try? lifeCycleIndex.isKnown(file: $0)) ?? true },
      isCovered: { Self.isCovered($0, index) })
    let quarantine = try FolderQuarantine(
      root: folder.path, maximumSize: Int64(settings.quarantineMegabytes) << 20)
    archive = ImageArchive(
      index: database.index, store: store, quarantine: quarantine, incidents: database.incidents,
      options: ArchiveOptions(version: Version.number), alarms: board, backlog: database.backlog)
    watch = ConditionWatch(
      board: board, list: database.alarms, store: store,
      minimumFree: Int64(settings.minimumFreeMegabytes) << 20,
      lateCriticalResults: { [department = database.department] in try department.escalateCriticalResults().count })
    let minute: Int64 = 60_000_000
    commitment = StorageCommitment(
      list: database.commitments, index: database.index,
      privateStorageClasses: settings.privateStorageClasses.map { UID($0) }, isWhole: { try store.isWhole($0) })
    corrections = Corrections(
      archive: archive, index: database.corrections, records: try RecordFiles(beside: store),
      options: CorrectionOptions(
        hidingReasons: Set(settings.hidingRejections.compactMap { RejectionReason(rawValue: $0) }),
        releaseDelay: Int64(settings.releaseMinutes) * minute, binDelay: Int64(settings.binDays) * 1440 * minute,
        retention: settings.retention.compactMap { RetentionRule($0) }))
    lifeCycle = LifeCycle(
      index: database.lifeCycle, store: store,
      options: LifeCycleOptions(
        quietTime: Int64(settings.settleMinutes) * minute, releaseDelay: Int64(settings.releaseMinutes) * minute,
        compression: settings.compression.compactMap { CompressionRule($0) }),
      corrections: corrections)
    archive.obeyRejectionNotes(by: corrections)
    let ring = keys.ring()
    // Public keys that were taken away are missed where there is a private one.
    let isSigned = !ring.records.isEmpty || (try? keys.privateKey()) != nil
    let objection: @Sendable (StudySeal) -> String? = { ring.objection(to: $0.signature, of: $0.manifest) }
    check = IntegrityCheck(
      index: database.lifeCycle, store: store, corrections: corrections, objection: isSigned ? objection : nil)
    let day: Int64 = 86_400_000_000
    scrub =
      settings.scrubDays == 0
      ? nil
      : Scrub(
        check: check, index: database.lifeCycle, store: store, journal: database.scrub, board: board,
        period: Int64(settings.scrubDays) * day)
    reindex = Reindex(archive: archive, index: database.lifeCycle, store: store, corrections: corrections)
    self.index = database.lifeCycle
    self.logger = logger
  }

  /// Makes the archive ready. Called once, first, by who holds the folder's lock.
  public func start() throws -> RecoverySummary {
    guard try !index.isRebuilding() else {
      throw SettingsError(
        key: "data", reason: "the index is not whole, since martlet reindex was interrupted; run it again")
    }
    try archive.alarms.load()
    do {
      let isOver = try archive.alarms.isOpen(.signingOff) && keys.privateKey() != nil
      if isOver || keys.ring().isEmpty, case let count = try lifeCycle.unsettleUnsigned(), count > 0 {
        logger.notice("\(count) studies were gathered without a signature, and are gathered again")
      }
      _ = try keys.makeIfMissing(now: Clock.now())
      archive.alarms.clear(.signingOff)
    } catch {
      archive.alarms.raise(.signingOff, .critical, "studies are not signed: \(error)")
    }
    let summary = try archive.start()
    let records = try corrections.recover()
    if records.applied > 0 { logger.notice("\(records.applied) corrections of an interrupted run were applied") }
    for record in records.unusable { logger.error("a record cannot be read: \(record)") }
    return summary
  }

  /// Whether the index knows the bytes of an object in another file.
  private static func isCovered(_ object: StoredObject, _ index: any InstanceIndex) -> Bool {
    guard let name = object.path.split(separator: "/").last, name.hasSuffix(".dcm") else { return false }
    let instance = UID(String(name.dropLast(4).prefix { $0 != "~" }))
    let versions = (try? index.versions(of: instance)) ?? []
    return versions.contains { $0.location.isCopy(object) }
  }

  /// A study is gathered whether it can be signed or not: the alarm says so, and the check too.
  private static func sign(_ manifest: [UInt8], _ keys: SigningKeys, _ board: AlarmBoard) -> [UInt8]? {
    do {
      let signature = try keys.sign(manifest)
      board.clear(.signingOff)
      return signature
    } catch {
      board.raise(.signingOff, .critical, "studies are not signed: \(error)")
      return nil
    }
  }
}
