// SPDX-License-Identifier: Apache-2.0

import Archive
import DICOMCore
import DICOMDictionary
import Foundation
import SQLInterface
import SQLTestKit
import SQLiteDriver
import SystemTestKit
import Testing
import Trust
import Workflow

@testable import SQLStore

/// Databases of every step of the schema, with rows, as that step's program left them (`Fixtures`): each is brought to
/// the newest step and must answer like one that was filled at once.
@Suite struct KeptDatabaseTests {
  static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("Fixtures")
  static let steps = Schema.migrations.map(\.number)

  private static func file(_ engine: Engine, _ step: Int) -> URL {
    folder.appendingPathComponent("step\(step)." + (engine == .sqlite ? "sqlite" : "sql"))
  }

  @Test(arguments: Engine.available, steps)
  func comesToTheNewestStep(_ engine: Engine, _ step: Int) throws {
    let (temporary, database, _) = try Self.restored(engine, step)
    defer { withExtendedLifetime(temporary) {} }
    let applied = try database.read { try $0.all("SELECT number FROM migration", [], { $0.int(0) }) }
    #expect(applied.max() == step)
    #expect(try Schema.migrate(database) == Schema.migrations.count - applied.count)
    #expect(try Schema.migrate(database) == 0)
    #expect(try SQLAccountStore(database).accounts().map(\.name) == ["ada", "grace"])
    #expect(try SQLAuditJournal(database).firstBrokenLink() == nil)
    #expect(try SQLAuditJournal(database).events(limit: 10).count == 2)
    if step >= 2 { #expect(try SQLNodeDirectory(database).nodes().map(\.aeTitle) == ["ORTHANC", "PACS"]) }
    if step >= 3 { try checkArchive(SQLInstanceIndex(database)) }
    if step >= 33 { #expect(try SQLJobStore(database).queues().map(\.progress.total) == [1]) }
    // What is added later follows what was there.
    let index = SQLInstanceIndex(database)
    let before = try index.studyList(StudyListQuery()).total
    var generator = StudyGenerator()
    _ = try index.add(generator.study(70_000, series: 2, instances: 2), evenIfIdentical: false)
    #expect(try index.studyList(StudyListQuery()).total == before + 1)
    try database.close()
  }

  private func checkArchive(_ index: SQLInstanceIndex) throws {
    let list = try index.studyList(StudyListQuery(limit: 100))
    #expect(list.total == list.studies.count && list.total == 30)
    func count(_ tag: DICOMCore.Tag, _ vr: VR, _ value: String, fuzzy: Bool = false) throws -> Int {
      var identifier = DataSet(inheritedCharacterSet: .utf8)
      identifier.set(tag, vr, value)
      return try index.count(IndexQuery(level: .study, identifier: identifier, fuzzyNames: fuzzy))
    }
    #expect(try count(.patientName, .PN, "m*ller0^*") > 0)
    #expect(try count(.patientName, .PN, "muller0", fuzzy: true) == count(.patientName, .PN, "müller0*"))
    #expect(try count(.referringPhysicianName, .PN, "doctor7^a") == 1)
    #expect(try count(.accessionNumber, .SH, "ACC9000070") == 1)
    #expect(try index.studyList(StudyListQuery(text: "series 2")).total == 30)
    #expect(try index.studyList(StudyListQuery(text: "thorax")).total > 0)
    #expect(try index.events(after: 0, limit: 1000).count == 60)
  }

  /// A copy of what was kept.
  static func restored(_ engine: Engine, _ step: Int) throws -> (TemporaryDatabase, any SQLDatabase, path: String) {
    let temporary = try TemporaryDatabase(engine)
    let file = file(engine, step)
    switch engine {
    case .sqlite:
      let copy = temporary.name + "-kept"
      try FileManager.default.copyItem(atPath: file.path, toPath: copy)
      return (temporary, try SQLiteDatabase(path: copy), copy)
    case .postgresql:
      try PostgreSQLServer.shared?.run(String(contentsOf: file, encoding: .utf8), in: temporary.name)
      return (temporary, temporary.database, temporary.name)
    }
  }
}
