// SPDX-License-Identifier: Apache-2.0

import Archive
import SQLStore
import SQLTestKit
import Testing

@Suite struct SQLScrubJournalTests {
  @Test(arguments: Engine.available) func remembersHowFarItCame(_ engine: Engine) throws {
    let temporary = try TemporaryStore(engine)
    let journal = SQLScrubJournal(temporary.database)
    #expect(try journal.progress() == nil)
    var progress = ScrubProgress(begunAt: 7, file: "hot/1.tar", files: 1, bytes: 1 << 40, findings: 2)
    try journal.save(progress)
    #expect(try journal.progress() == progress)
    progress.endedAt = 9
    progress.lastEndedAt = 3
    progress.file = "studies/x.tar"
    try journal.save(progress)
    #expect(try journal.progress() == progress)
  }
}
