// SPDX-License-Identifier: Apache-2.0

import Archive
import SQLStore
import SQLTestKit
import SystemTestKit
import Testing

@Suite struct SQLAnnouncedStudyListTests {
  @Test(arguments: AnnouncedStudySuite.cases, Engine.available)
  func conforms(_ requirement: AnnouncedStudySuite.Case, _ engine: Engine) throws {
    let temporary = try TemporaryStore(engine)
    try requirement.run(SQLAnnouncedStudyList(temporary.database))
  }
}
