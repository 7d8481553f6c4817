// SPDX-License-Identifier: Apache-2.0

import Archive
import DICOMCore
import SQLStore
import SQLTestKit
import Synchronization
import SystemTestKit
import Testing

@Suite struct SQLInstanceIndexTests {
  @Test(arguments: IndexSuite.cases, Engine.available)
  func conforms(_ requirement: IndexSuite.Case, _ engine: Engine) throws {
    let temporary = try TemporaryStore(engine)
    try requirement.run(SQLInstanceIndex(temporary.database))
  }

  /// What waits is written by the await itself, as the backlog's `drain` has it written.
  @Test(arguments: Engine.available) func awaitsWhatWasPromisedBeforeItAnswers(_ engine: Engine) throws {
    let temporary = try TemporaryStore(engine)
    let intake = SQLInstanceIndex(temporary.database)
    let waiting = Mutex<[InstanceRecord]>([])
    let index = SQLInstanceIndex(
      intake,
      awaiting: {
        let records = waiting.withLock { records in
          defer { records = [] }
          return records
        }
        if !records.isEmpty { _ = try? intake.add(records, evenIfIdentical: false) }
      })
    let record = RecordBuilder(1, 1, 1).record
    waiting.withLock { $0 = [record] }
    #expect(try index.events(after: 0, limit: 10).isEmpty)
    #expect(try intake.versions(of: record.identity.instance).isEmpty)
    #expect(try index.versions(of: record.identity.instance).count == 1)
    let other = RecordBuilder(1, 1, 2).record
    waiting.withLock { $0 = [other] }
    #expect(try index.instances(InstanceSelection(studies: [record.identity.study])).count == 2)
    let third = RecordBuilder(2, 1, 1).record
    waiting.withLock { $0 = [third] }
    #expect(try index.count(IndexQuery(level: .study, identifier: DataSet())) == 2)
    let fourth = RecordBuilder(3, 1, 1).record
    waiting.withLock { $0 = [fourth] }
    try index.unsettle(fourth.identity.study)
    #expect(try intake.versions(of: fourth.identity.instance).count == 1)
    withExtendedLifetime(temporary) {}
  }
}
