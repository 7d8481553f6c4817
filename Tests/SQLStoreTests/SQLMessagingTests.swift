// SPDX-License-Identifier: Apache-2.0

import Messaging
import SQLInterface
import SQLStore
import SQLTestKit
import SystemTestKit
import Testing

@Suite struct SQLMessagingTests {
  @Test(arguments: Engine.available, InboundMessageLogSuite.cases)
  func theLogConforms(_ engine: Engine, _ requirement: ConformanceCase<any InboundMessageLog>) throws {
    let temporary = try TemporaryStore(engine)
    try requirement.run(SQLInboundMessageLog(temporary.database))
  }

  @Test(arguments: Engine.available, OutboundQueueSuite.cases)
  func theQueueConforms(_ engine: Engine, _ requirement: ConformanceCase<any OutboundQueue>) throws {
    let temporary = try TemporaryStore(engine)
    try requirement.run(SQLOutboundQueue(temporary.database))
  }

  @Test(arguments: Engine.available) func destinationsAndProfilesAreKept(_ engine: Engine) throws {
    let temporary = try TemporaryStore(engine)
    let directory = SQLMessagingDirectory(temporary.database)
    var his = Destination(name: "HIS", host: "h", port: 2575, usesTLS: true, kinds: [.results, .images])
    his.format.version = "2.3.1"
    his.format.characterSet = "8859/1"
    his.format.receivingFacility = "W"
    try directory.save(Destination(name: "OLD", host: "o", port: 1, isActive: false, kinds: []))
    try directory.save(Destination(name: "HIS", host: "x", port: 1))
    try directory.save(his)
    #expect(
      try directory.destinations() == [his, Destination(name: "OLD", host: "o", port: 1, isActive: false, kinds: [])])
    #expect(try directory.removeDestination("OLD"))
    #expect(try !directory.removeDestination("OLD"))

    let rules = try ["PID-3.4.1 ?= HOSP", "OBR-24 : CTS > CT, MRI > MR"].map { try #require(MappingRule($0)) }
    let profile = SenderProfile(
      sender: MessageSender(application: "HIS", facility: ""), characterSet: "8859/2", rules: rules,
      reusesControlIDs: true)
    try directory.save(SenderProfile(sender: profile.sender))
    try directory.save(profile)
    #expect(try directory.profiles() == [profile])
    #expect(try directory.removeProfile(of: profile.sender))
    #expect(try !directory.removeProfile(of: profile.sender))
  }
}
