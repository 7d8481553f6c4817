// SPDX-License-Identifier: Apache-2.0

import SQLStore
import SQLTestKit
import SystemTestKit
import Testing

@Suite struct SQLJobStoreTests {
  @Test(arguments: JobStoreSuite.cases, Engine.available)
  func conforms(_ requirement: JobStoreSuite.Case, _ engine: Engine) throws {
    let temporary = try TemporaryStore(engine)
    try requirement.run(SQLJobStore(temporary.database))
  }
}
