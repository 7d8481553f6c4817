// SPDX-License-Identifier: Apache-2.0

import Archive
import SQLStore
import SQLTestKit
import SystemTestKit
import Testing

@Suite struct SQLInstanceIndexTests {
  @Test(arguments: IndexSuite.cases, Engine.available)
  func conforms(_ requirement: IndexSuite.Case, _ engine: Engine) throws {
    let temporary = try TemporaryStore(engine)
    try requirement.run(SQLInstanceIndex(temporary.database))
  }
}
