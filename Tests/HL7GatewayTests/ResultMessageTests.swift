// SPDX-License-Identifier: Apache-2.0

import HL7
import HL7Gateway
import Messaging
import Radiology
import SQLStore
import SQLTestKit
import Testing
import Trust

/// Results of others, answers to orders, and moves of accounts.
@Suite struct ResultMessageTests {
  @Test(arguments: Engine.available) func resultsAreKeptAtThePatient(_ engine: Engine) throws {
    let fixture = try DepartmentMessagingFixture(engine)
    let person = "PID|1||P1^^^H||Doe^Jane"
    func send(_ value: String, _ status: String) throws -> String {
      try fixture.send(
        "ORU^R01", person, "OBR|1||L7^LAB|CREA^Creatinine^L|||202601011200||||||||||||||||||\(status)",
        "OBX|1|NM|2160-0^Creatinine^LN||\(value)|mg/dL|0.5-1.1|H|||\(status)")
    }
    #expect(try send("1.4", "P") == "AA")
    let patient = try #require(try fixture.patient("P1"))
    let clinician = Performer(name: "doc", role: .clinician, origin: .web)
    let reader = Performer(name: "ada", role: .radiologist, origin: .web)
    func results(_ who: Performer) throws -> [OutsideResult] {
      try fixture.department.outsideResults(ofPatient: patient.id, limit: 10, for: who)
    }
    #expect(try results(clinician).isEmpty)
    #expect(try results(reader).map(\.status) == ["P"])
    #expect(try send("1.5", "F") == "AA")
    let found = try results(clinician)
    #expect(found.map(\.title) == ["Creatinine"] && found.first?.number == "L7")
    #expect(found.first?.observations.first?.value == "1.5" && found.first?.observations.first?.flags == "H")
    #expect(found.first?.observations.first?.code?.value == "2160-0")
    #expect(try fixture.send("ORU^R01", person) == "AE 100")
  }

  private func answer(_ fixture: DepartmentMessagingFixture, _ type: String, _ control: String, modes: String = "")
    throws -> [Message]
  {
    let text =
      "MSH|^~\\&|HIS|W|M|R|20260101||\(type)|\(type)\(control)\(modes.filter { $0 != "|" })|P|2.5.1|||\(modes)\r"
      + "PID|1||P1^^^H||A^B\rORC|\(control)|O1^HIS|||||1^^^20260301090000\rOBR|1|O1^HIS||CT^CT^L\r"
    return try fixture.processor.answers(to: Array(text.utf8), from: "a").map { try Message(parsing: $0) }
  }

  @Test func ordersAreAnsweredWhereTheSenderAsksForIt() throws {
    let fixture = try DepartmentMessagingFixture()
    #expect(try answer(fixture, "OMG^O19", "NW").map(\.type) == ["ACK"])
    try fixture.directory.save(
      SenderProfile(sender: MessageSender(application: "HIS", facility: "W"), answersOrders: true))
    let changed = try #require(try answer(fixture, "OMG^O19", "XO").first)
    let order = try #require(try fixture.order("O1"))
    #expect(changed.name == "ORG^O20" && changed.first("MSA")?[1].value == "AA")
    #expect(changed.first("ORC")?[1].value == "XR" && changed.first("ORC")?[5].value == "SC")
    #expect(changed.first("ORC")?[2].value == "O1" && changed.first("ORC")?[3].value == order.filler.value)
    #expect(try answer(fixture, "OMI^O23", "XO").map(\.name) == ["ORI^O24"])
    // In enhanced mode it stands where the second acknowledgement would.
    #expect(try answer(fixture, "OMI^O23", "XO", modes: "AL|AL").map(\.type) == ["ACK", "ORI"])
    #expect(try answer(fixture, "OMI^O23", "XO", modes: "AL|NE").map(\.type) == ["ACK"])
    let cancelled = try #require(try answer(fixture, "ORM^O01", "CA").first)
    #expect(cancelled.name == "ORR^O02" && cancelled.first("ORC")?[1].value == "CR")
    #expect(cancelled.first("ORC")?[5].value == "CA")
    #expect(try answer(fixture, "OMG^O19", "ZZ").map { $0.type + ($0.first("MSA")?[1].value ?? "") } == ["ACKAE"])
  }

  @Test(arguments: [("A44", "V1|", 2), ("A45", "||V1", 1)]) func accountsGoToAnotherPatient(
    trigger: String, mrg: String, field: Int
  ) throws {
    let fixture = try DepartmentMessagingFixture()
    #expect(
      try fixture.send(
        "ORM^O01", "PID|1||P1^^^H||A^B", "PV1|1|I|||||||||||||||||V1", "ORC|NW|O1^HIS", "OBR|1|O1^HIS||CT^CT^L")
        == "AA")
    #expect(
      try fixture.send("ORM^O01", "PID|1||P1^^^H||A^B", "ORC|NW|O2^HIS", "OBR|1|O2^HIS||CT^CT^L") == "AA")
    let old = try #require(try fixture.patient("P1"))
    #expect(try fixture.send("ADT^\(trigger)", "PID|1||P2^^^H||C^D", "MRG|P1^^^H||\(mrg)") == "AA")
    let new = try #require(try fixture.patient("P2"))
    #expect(try fixture.order("O1")?.patient == new.id && fixture.order("O2")?.patient == old.id)
    #expect(try fixture.send("ADT^\(trigger)", "PID|1||P2^^^H||C^D", "MRG|P1^^^H") == "AE 101")
    let acts = try fixture.department.reconciliations(matching: ReconciliationQuery())
    #expect(acts.map(\.kind) == [.order])
    _ = try fixture.department.undo(reconciliation: acts[0].id, by: DepartmentMessagingFixture.clerk)
    #expect(try fixture.order("O1")?.patient == old.id)
  }
}
