// SPDX-License-Identifier: Apache-2.0

import Archive
import SQLStore
import SystemTestKit
import Testing

@Suite struct SQLInstanceIndexTests {
  @Test(arguments: IndexSuite.cases)
  func conforms(_ requirement: IndexSuite.Case) throws {
    let temporary = try TemporaryStore()
    try requirement.run(SQLInstanceIndex(temporary.database))
  }
}
