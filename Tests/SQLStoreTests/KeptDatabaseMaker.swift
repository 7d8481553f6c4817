// SPDX-License-Identifier: Apache-2.0

import Archive
import Foundation
import SQLInterface
import SQLTestKit
import SystemTestKit
import Testing
import Trust
import Workflow

@testable import SQLStore

/// Keeps databases of the newest step on every engine: with MARTLET_KEEP_DATABASES=folder they are written there, as
/// `newest.sqlite` and `newest.sql`, to be put among `Fixtures` under the number of the step. MARTLET_KEEP_STEP=number
/// takes what was kept of the step before that one no further than to it. Needs sqlite3, pg_dump.
@Suite struct KeptDatabaseMaker {
  static let target = ProcessInfo.processInfo.environment["MARTLET_KEEP_DATABASES"]
  static let step = ProcessInfo.processInfo.environment["MARTLET_KEEP_STEP"].flatMap { Int($0) } ?? Int.max

  @Test(.enabled(if: target != nil), arguments: Engine.available) func keeps(_ engine: Engine) throws {
    let target = try #require(Self.target)
    let earlier = Schema.migrations.map(\.number).filter { $0 < Self.step }.max() ?? 0
    let (temporary, database, path) =
      Self.step == .max ? try newest(engine) : try KeptDatabaseTests.restored(engine, earlier)
    _ = try Schema.migrate(database, to: Schema.migrations.filter { $0.number <= Self.step })
    if Self.step == .max { try fill(database) }
    try database.close()
    switch engine {
    case .sqlite:
      let file = target + "/newest.sqlite"
      try FileManager.default.copyItem(atPath: path, toPath: file)
      try run("sqlite3 \(file) 'PRAGMA journal_mode = delete; PRAGMA page_size = 1024; VACUUM'")
    case .postgresql:
      let dump = "$(ls -d /usr/lib/postgresql/*/bin | tail -n 1)/pg_dump --inserts --rows-per-insert 50 --no-owner"
      // Lines that only psql understands, and the search path that leaves nothing to be found.
      try run("\(dump) -d '\(temporary.address)' | grep -v -e '^\\\\' -e search_path > \(target)/newest.sql")
    }
  }

  private func newest(_ engine: Engine) throws -> (TemporaryDatabase, any SQLDatabase, String) {
    let temporary = try TemporaryDatabase(engine)
    return (temporary, temporary.database, temporary.name)
  }

  private func run(_ command: String) throws {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/bin/bash")
    process.arguments = ["-o", "pipefail", "-c", command]
    try process.run()
    process.waitUntilExit()
    #expect(process.terminationStatus == 0)
  }

  private func fill(_ database: any SQLDatabase) throws {
    for (name, role) in [("ada", Role.radiologist), ("grace", .administrator)] {
      try SQLAccountStore(database).save(
        Account(name: name, displayName: name, role: role, passwordHash: "h", createdAt: 1))
    }
    try SQLAuditJournal(database).append(
      (1...2).map { AuditEvent(at: $0, event: "Login", actor: "ada", address: "::1", object: "", patientID: "") })
    for name in ["PACS", "ORTHANC"] {
      try SQLNodeDirectory(database).save(RemoteNode(aeTitle: name, host: "a", port: 104))
    }
    try SQLIncidentList(database).add(
      Incident(kind: .conflict, at: 1, sender: "CT", reason: "r", instanceUID: "1.2", file: "f", size: 7))
    var generator = StudyGenerator()
    let records = (1...30).flatMap { generator.study($0, series: 2, instances: 1) }
    _ = try SQLInstanceIndex(database).add(records, evenIfIdentical: false)
    try SQLJobStore(database).add(
      [NewJob(kind: "forward", queue: "PACS", title: "t", key: "k", items: ["1.2.3"])], consuming: nil, now: 1)
  }
}
