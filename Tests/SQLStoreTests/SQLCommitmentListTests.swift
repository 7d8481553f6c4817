// SPDX-License-Identifier: Apache-2.0

import Archive
import SQLStore
import SQLTestKit
import SystemTestKit
import Testing

@Suite struct SQLCommitmentListTests {
  @Test(arguments: CommitmentListSuite.cases, Engine.available)
  func conforms(_ requirement: CommitmentListSuite.Case, _ engine: Engine) throws {
    let temporary = try TemporaryStore(engine)
    try requirement.run(SQLCommitmentList(temporary.database))
  }
}
