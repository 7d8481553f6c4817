// SPDX-License-Identifier: Apache-2.0

import Archive
import SystemTestKit
import Testing

@Suite struct MemoryAnnouncedStudyListTests {
  @Test(arguments: AnnouncedStudySuite.cases) func conforms(_ requirement: AnnouncedStudySuite.Case) throws {
    try requirement.run(MemoryAnnouncedStudyList())
  }
}
