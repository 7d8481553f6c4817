// SPDX-License-Identifier: Apache-2.0

import Radiology
import SQLStore
import SQLTestKit
import SystemTestKit
import Testing

@Suite struct SQLPerformedStepListTests {
  @Test(arguments: PerformedStepListSuite.cases, Engine.available)
  func conforms(_ requirement: PerformedStepListSuite.Case, _ engine: Engine) throws {
    let temporary = try TemporaryStore(engine)
    try requirement.run(SQLPerformedStepList(temporary.database))
  }
}
