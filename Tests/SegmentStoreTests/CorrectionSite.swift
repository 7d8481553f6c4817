// SPDX-License-Identifier: Apache-2.0

import Archive
import DICOMCore
import DICOMDictionary
import DICOMFile
import Foundation
import SQLInterface
import SQLStore
import SQLTestKit
import SegmentStore
import SystemTestKit
import Testing

/// An archive with corrections on a folder and a database of its own.
final class CorrectionSite {
  let folder: ScratchFolder
  let engine: Engine
  /// How images are compressed when they are settled.
  var compression: [CompressionRule] = []
  private let temporary: TemporaryDatabase
  let store: SegmentStore
  let index: SQLInstanceIndex
  let archive: ImageArchive
  let corrections: Corrections
  var database: any SQLDatabase { temporary.database }

  init(_ engine: Engine, folder: ScratchFolder? = nil, starts: Bool = true) throws {
    let folder = try folder ?? ScratchFolder()
    self.folder = folder
    self.engine = engine
    temporary = try TemporaryDatabase(engine)
    try Schema.migrate(temporary.database)
    store = try SegmentStore(root: folder.path, options: .testing())
    index = SQLInstanceIndex(temporary.database)
    archive = ImageArchive(
      index: index, store: store, quarantine: try FolderQuarantine(root: folder.path),
      incidents: MemoryIncidentList(), options: ArchiveOptions(version: "1"))
    corrections = Corrections(
      archive: archive, index: index, records: try RecordFiles(root: folder.path),
      options: CorrectionOptions(releaseDelay: -1_000_000))
    archive.obeyRejectionNotes(by: corrections)
    if starts {
      _ = try archive.start()
      _ = try corrections.recover()
    }
  }

  var lifeCycle: LifeCycle {
    LifeCycle(
      index: index, store: store,
      options: LifeCycleOptions(quietTime: -1_000_000, releaseDelay: -1_000_000, compression: compression),
      corrections: corrections)
  }

  @discardableResult
  func send(_ instances: [TestInstance]) throws -> [IngestOutcome] {
    let sink = try archive.makeSink(source: InstanceSource(way: .dimse, sender: "CT1"))
    defer { sink.close() }
    return try instances.map { try $0.send(to: sink) }
  }

  func stored(_ instance: UID) throws -> StoredInstance {
    try #require(try index.instances(InstanceSelection(instances: [instance])).first)
  }

  /// The data set of an instance as it goes out.
  func outgoing(_ instance: UID) throws -> DataSet {
    let stored = try stored(instance)
    return try DataSetReader.read(
      archive.outgoingDataSet(of: stored), transferSyntax: TransferSyntax(stored.transferSyntax))
  }

  func answers(_ level: QueryLevel, _ tag: DICOMCore.Tag, _ vr: VR, _ value: String) throws -> [DataSet] {
    var identifier = DataSet(inheritedCharacterSet: .utf8)
    identifier.set(tag, vr, value)
    var answers: [DataSet] = []
    try index.find(IndexQuery(level: level, identifier: identifier)) {
      answers.append($0)
      return true
    }
    return answers
  }

  func findings() throws -> [IntegrityFinding] {
    var findings: [IntegrityFinding] = []
    _ = try IntegrityCheck(index: index, store: store, corrections: corrections).run { findings.append($0) }
    return findings
  }

  /// The same files with an index that was built from them alone.
  /// - Parameter hasRecords: false takes the files of records away, so that there are only those in study files.
  func reindexed(hasRecords: Bool = true) throws -> (site: CorrectionSite, summary: ReindexSummary) {
    let copy = try folder.copy()
    if !hasRecords { try FileManager.default.removeItem(atPath: copy.path + "/records") }
    let other = try CorrectionSite(engine, folder: copy, starts: false)
    let summary = try Reindex(
      archive: other.archive, index: other.index, store: other.store, corrections: other.corrections
    ).run()
    return (other, summary)
  }

  /// All that the index says, without the keys of rows.
  func dump() throws -> [String] {
    let body = """
      f.path, i.position, i.length, i.checksum, i.data_set_offset, i.pixel_data_offset, i.data_set_checksum,
      i.received_at, h.content, t.text, oc.text, o.length, o.checksum
      """
    let change = """
      LEFT JOIN header_change h ON h.id = i.header_change JOIN term t ON t.id = i.transfer_syntax
      LEFT JOIN original_form o ON o.file = i.file AND o.position = i.position LEFT JOIN term oc ON oc.id = o.common
      """
    let texts: [(String, columns: Int, blobs: Set<Int>)] = [
      (
        """
        SELECT patient_id, issuer, unidentified, name, birth_date, sex, studies, series, instances, attributes
        FROM patient ORDER BY patient_id, issuer, unidentified
        """, 10, [9]
      ),
      (
        """
        SELECT s.uid, p.patient_id, s.date, s.time, s.accession, s.study_id, s.description, s.referrer, s.modalities,
          s.sop_classes, s.series, s.instances, s.conflicts, s.first_received, s.last_received, s.name_key,
          s.patient_id, s.series_text, s.unsettled, s.generation, q.words, s.attributes
        FROM study s JOIN patient p ON p.id = s.patient JOIN study_search q ON q.study = s.id ORDER BY s.uid
        """, 22, [21]
      ),
      (
        """
        SELECT e.uid, s.uid, e.number, e.modality, e.instances, e.attributes FROM series e
        JOIN study s ON s.id = e.study ORDER BY e.uid, s.uid
        """, 6, [5]
      ),
      (
        """
        SELECT i.uid, e.uid, i.number, i.versions, \(body), i.attributes FROM instance i
        JOIN series e ON e.id = i.series JOIN stored_file f ON f.id = i.file \(change) ORDER BY i.uid
        """, 18, [17]
      ),
      (
        """
        SELECT n.uid, i.version, i.study_uid, \(body), i.attributes FROM instance_version i
        JOIN instance n ON n.id = i.instance JOIN stored_file f ON f.id = i.file \(change) ORDER BY n.uid, i.version
        """, 17, [16]
      ),
      (
        """
        SELECT i.uid, i.correction, i.is_deleted, i.study_uid, i.series_uid, i.patient_id, \(body), i.attributes
        FROM hidden_instance i JOIN stored_file f ON f.id = i.file \(change) ORDER BY i.uid, i.received_at
        """, 20, [19]
      ),
      ("SELECT name, kind, at, note, content, undone_by, is_purged FROM correction ORDER BY at, name", 7, []),
      ("SELECT path, known_end FROM record_file ORDER BY path", 2, []),
      ("SELECT name, value FROM tally WHERE name = 'studies'", 2, []),
      ("SELECT kind, group_text FROM person_name ORDER BY 1, 2", 2, []),
    ]
    return try database.read { connection in
      try texts.flatMap { text in
        try connection.all(text.0) { row in
          (0..<text.columns).map { column in
            text.blobs.contains(column)
              ? row.blob(column).map { String($0, radix: 16) }.joined(separator: " ") : row.text(column)
          }.joined(separator: "|")
        }
      }
    }
  }
}
