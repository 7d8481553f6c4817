// SPDX-License-Identifier: Apache-2.0

import SystemTestKit
import Testing

@Suite struct MemoryObjectStoreTests {
  @Test(arguments: ObjectStoreSuite.Case.allCases)
  func conforms(_ conformance: ObjectStoreSuite.Case) throws {
    let suite = ObjectStoreSuite(
      largest: 300_000, make: { MemoryObjectStore(maximumWriters: 8) },
      crash: { try #require($0 as? MemoryObjectStore).crashed() })
    try suite.run(conformance)
  }
}
