// SPDX-License-Identifier: Apache-2.0

import Messaging
import SystemTestKit
import Testing

@Suite struct MessagingTests {
  @Test(arguments: InboundMessageLogSuite.cases)
  func theMemoryLogConforms(_ requirement: ConformanceCase<any InboundMessageLog>) throws {
    try requirement.run(MemoryInboundLog())
  }

  @Test(arguments: OutboundQueueSuite.cases)
  func theMemoryQueueConforms(_ requirement: ConformanceCase<any OutboundQueue>) throws {
    try requirement.run(MemoryOutboundQueue())
  }

  @Test func rulesAreReadAndWrittenBack() throws {
    let actions: [(String, MappingRule.Action, Bool)] = [
      ("PID-3.4.1 = HOSP A", .set("HOSP A"), false), ("PID-8 ?= U", .set("U"), true),
      ("OBR-18 <- ORC-2.1", .copy(from: "ORC-2.1"), false), ("OBR-18 ?<- ORC-2.1", .copy(from: "ORC-2.1"), true),
      ("OBR-24 : CTS > CT, MRI > MR", .translate(["CTS": "CT", "MRI": "MR"]), false),
    ]
    for (line, action, onlyIfEmpty) in actions {
      let rule = try #require(MappingRule("  " + line + " "))
      #expect(rule.action == action && rule.onlyIfEmpty == onlyIfEmpty && rule.description == line)
    }
    for line in ["", "PID-3", "PID-3 HOSP", "PID-3 == x", "PID-3 : a", "PID-3 : a > b > c"] {
      #expect(MappingRule(line) == nil, "\(line)")
    }
  }

  @Test func theNearestProfileIsTaken() {
    func sender(_ application: String, _ facility: String) -> MessageSender {
      MessageSender(application: application, facility: facility)
    }
    let profiles = [sender("", ""), sender("HIS", ""), sender("", "W"), sender("HIS", "W"), sender("LIS", "W")]
      .map { SenderProfile(sender: $0) }
    for (from, best) in [
      (sender("HIS", "W"), 3), (sender("HIS", "X"), 1), (sender("X", "W"), 2), (sender("X", "Y"), 0),
    ] {
      #expect(SenderProfile.best(for: from, among: profiles) == profiles[best])
    }
    #expect(SenderProfile.best(for: sender("X", "Y"), among: Array(profiles[1...])) == nil)
  }

  @Test func theWaitDoublesUpToItsLimit() {
    let schedule = RetrySchedule(first: 2, longest: 300)
    #expect([1, 2, 3, 8, 9, 1000].map { schedule.wait(afterAttempts: $0) / 1_000_000 } == [2, 4, 8, 256, 300, 300])
  }

  @Test func bytesBecomeTextAndBack() {
    let utf8 = Array("MSH|é\rPID|1\r".utf8)
    #expect(MessageText.text(utf8) == ("MSH|é\nPID|1\n", true))
    #expect(MessageText.bytes("MSH|é\nPID|1\r\n", isUTF8: true) == utf8)
    let latin: [UInt8] = [0x4D, 0xE9, 0x0D]
    #expect(MessageText.text(latin) == ("Mé\n", false))
    #expect(MessageText.bytes("Mé\n", isUTF8: false) == latin)
    #expect(MessageText.bytes("山", isUTF8: false) == nil)
  }

  @Test func destinationsAreChecked() {
    #expect(Destination(name: "HIS-1_a", host: "h", port: 1).fault == nil)
    var old = Destination(name: "HIS", host: "h", port: 1)
    old.format.version = "9.9"
    for wrong in [
      Destination(name: "", host: "h", port: 1), Destination(name: "a b", host: "h", port: 1),
      Destination(name: "A", host: "", port: 1), Destination(name: "A", host: "h", port: 0), old,
    ] {
      #expect(wrong.fault != nil)
    }
  }
}
