// SPDX-License-Identifier: Apache-2.0

import SystemTestKit
import Testing

@Suite struct MemoryInstanceIndexTests {
  @Test(arguments: IndexSuite.cases)
  func conforms(_ requirement: IndexSuite.Case) throws { try requirement.run(MemoryInstanceIndex()) }
}
