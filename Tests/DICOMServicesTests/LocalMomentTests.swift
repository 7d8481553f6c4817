// SPDX-License-Identifier: Apache-2.0

import DICOMServices
import Testing

@Suite struct LocalMomentTests {
  @Test(arguments: [
    ("20260101", "003000", 60, 0, "20251231", "233000"), ("20260228", "2330", 0, 60, "20260301", "0030"),
    ("20240228", "2330", 0, 60, "20240229", "0030"), ("20261231", "18", -300, 540, "20270101", "0800"),
    ("19700101", "000000.250", 0, -1, "19691231", "235900.250"),
    ("2026.01.02", "10:20:30", 330, -210, "20260102", "012030"),
    ("19000301", "000059.999999", 0, -60, "19000228", "230059.999999"),
  ])
  func clocksElsewhere(
    _ date: String, _ time: String, _ own: Int, _ asked: Int, _ newDate: String, _ newTime: String
  ) throws {
    let moved = try #require(LocalMoment(date: date, time: time)).at(offset: asked, from: own)
    #expect(moved.date == newDate)
    #expect(moved.time == newTime)
  }

  @Test(arguments: [("", "10"), ("20260101", ""), ("20261301", "10"), ("20260101", "25"), ("2026", "10")])
  func whatIsNoMoment(_ date: String, _ time: String) {
    #expect(LocalMoment(date: date, time: time) == nil)
  }

  @Test func offsets() {
    #expect(LocalMoment.offset("+0130") == 90)
    #expect(LocalMoment.offset("-1200 ") == -720)
    for wrong in ["", "0100", "+1", "+0160", "+1500", "+01:0"] { #expect(LocalMoment.offset(wrong) == nil) }
    #expect(LocalMoment.day("20260301", plus: -1) == "20260228")
  }
}
