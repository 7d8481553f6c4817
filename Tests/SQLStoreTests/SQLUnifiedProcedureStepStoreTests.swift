// SPDX-License-Identifier: Apache-2.0

import Radiology
import SQLStore
import SQLTestKit
import SystemTestKit
import Testing

@Suite struct SQLUnifiedProcedureStepStoreTests {
  @Test(arguments: UnifiedProcedureStepSuite.cases, Engine.available)
  func conforms(_ requirement: UnifiedProcedureStepSuite.Case, _ engine: Engine) throws {
    let temporary = try TemporaryStore(engine)
    try requirement.run(SQLUnifiedProcedureStepStore(temporary.database))
  }
}
