// SPDX-License-Identifier: Apache-2.0

import Archive
import SQLInterface
import SQLStore
import SQLTestKit
import SystemTestKit
import Testing

@Suite struct SQLAlarmListTests {
  @Test(arguments: Engine.available, AlarmListSuite.cases)
  func conforms(_ engine: Engine, _ conformance: ConformanceCase<any AlarmList>) throws {
    let temporary = try TemporaryStore(engine)
    try conformance.run(SQLAlarmList(temporary.database))
  }

  /// Another program holds the database: the index says so in the archive's terms, after its waiting time, and works
  /// again when the other is done.
  @Test func anIndexThatIsLockedSaysSo() throws {
    let temporary = try TemporaryDatabase(.sqlite)
    try Schema.migrate(temporary.database)
    let index = SQLInstanceIndex(try temporary.second(busyTimeout: 0.1))
    var generator = StudyGenerator()
    let records = generator.study(1, series: 1, instances: 2)
    try temporary.database.write { _ in
      let error = #expect(throws: ArchiveError.self) { try index.add(records, evenIfIdentical: false) }
      #expect(error?.code == .indexUnavailable && error?.isOfResources == true)
    }
    #expect(try index.add(records, evenIfIdentical: false) == [.added, .added])
  }
}
