// SPDX-License-Identifier: Apache-2.0

import HL7
import HL7Gateway
import Radiology
import SQLStore
import SQLTestKit
import Testing

@Suite struct AdmissionTests {
  let pid =
    "PID|1||P1^^^H^MR||Müller^Änne^M||19700102|F|||Weg 1^^Ort^^12345||^PRN^PH^a@b.org^49^30^123"

  @Test(arguments: ["A01", "A04", "A05", "A28", "A31"]) func rad1PatientRegistration(
    trigger: String
  ) throws {
    let fixture = try DepartmentMessagingFixture()
    #expect(
      try fixture.send("ADT^\(trigger)", "EVN|\(trigger)", pid, "PV1|1|O", "AL1|1||^Penicillin")
        == "AA")
    let patient = try #require(try fixture.patient("P1"))
    #expect(
      patient.name == "Müller^Änne^M" && patient.birthDate == "19700102" && patient.sex == "F")
    #expect(patient.contact.address == "Weg 1, 12345 Ort" && patient.contact.email == "a@b.org")
    #expect(patient.clinical.allergies == ["Penicillin"])
  }

  @Test(arguments: ["A08", "A31", "A02", "A03", "A06", "A07", "A11", "A12", "A13"])
  func rad12PatientUpdate(trigger: String) throws {
    let fixture = try DepartmentMessagingFixture()
    #expect(try fixture.send("ADT^A01", pid) == "AA")
    #expect(
      try fixture.send("ADT^\(trigger)", "PID|1||P1^^^H^MR~X9^^^O||Miller^Anne||\"\"|\"\"") == "AA")
    let patient = try #require(try fixture.patient("P1"))
    #expect(patient.name == "Miller^Anne" && patient.birthDate == "" && patient.sex == "")
    #expect(patient.contact.email == "a@b.org")
    #expect(try fixture.patient("X9", "O")?.id == patient.id)
  }

  @Test func rad12TransferMovesOpenOrders() throws {
    let fixture = try DepartmentMessagingFixture()
    #expect(
      try fixture.send(
        "ORM^O01", pid, "PV1|1|I|W1^2^3||||||||||||||||V1", "ORC|NW|O1^HIS",
        "OBR|1|O1^HIS||CT^CT chest^L") == "AA")
    #expect(try fixture.send("ADT^A02", pid, "PV1|1|I|ICU^1||||||||||||||||V1") == "AA")
    #expect(try fixture.order("O1")?.visit.location == "ICU 1")
  }

  @Test(arguments: Engine.available) func rad12MergeGivesOrdersToTheSurvivor(_ engine: Engine)
    throws
  {
    let fixture = try DepartmentMessagingFixture(engine)
    #expect(try fixture.send("ADT^A04", pid) == "AA")
    #expect(
      try fixture.send(
        "ORM^O01", "PID|1||OLD^^^H||Doe^John", "ORC|NW|O1^HIS", "OBR|1|O1^HIS||CT^CT chest^L")
        == "AA")
    #expect(try fixture.send("ADT^A40^ADT_A39", "EVN|A40", pid, "MRG|OLD^^^H") == "AA")
    let survivor = try #require(try fixture.patient("P1"))
    #expect(try fixture.patient("OLD")?.id == survivor.id)
    #expect(try fixture.order("O1")?.patient == survivor.id)
    // Again, as a message of its own: there is nothing left to do.
    #expect(try fixture.send("ADT^A40^ADT_A39", "EVN|A40", pid, "MRG|OLD^^^H") == "AA")
  }

  @Test(arguments: ["A18", "A30", "A34", "A36", "A39", "A40", "A43"]) func everyKindOfMerge(
    trigger: String
  ) throws {
    let fixture = try DepartmentMessagingFixture()
    #expect(try fixture.send("ADT^A04", "PID|1||OLD^^^H||Doe^John") == "AA")
    #expect(
      try fixture.send("ADT^\(trigger)", pid, "MRG|OLD^^^H", "PID|1||P2^^^H||B^B", "MRG|NONE^^^H")
        == "AA")
    #expect(try fixture.patient("OLD")?.id == fixture.patient("P1")?.id)
    #expect(try fixture.patient("NONE")?.id == fixture.patient("P2")?.id)
  }

  @Test(arguments: ["A46", "A47", "A49"]) func anIdentifierIsReplaced(trigger: String) throws {
    let fixture = try DepartmentMessagingFixture()
    #expect(try fixture.send("ADT^A04", "PID|1||OLD^^^H||Doe^John") == "AA")
    let before = try #require(try fixture.patient("OLD"))
    #expect(try fixture.send("ADT^\(trigger)", "PID|1||NEW^^^H||Doe^John", "MRG|OLD^^^H") == "AA")
    #expect(try fixture.patient("NEW")?.id == before.id)
    #expect(try fixture.patient("OLD") == nil)
    #expect(try fixture.send("ADT^A04", "PID|1||P3^^^H||Roe^Jane") == "AA")
    #expect(
      try fixture.send("ADT^\(trigger)", "PID|1||P3^^^H||Doe^John", "MRG|NEW^^^H") == "AE 205")
  }

  @Test func theAccountOfOrdersIsChanged() throws {
    let fixture = try DepartmentMessagingFixture()
    #expect(
      try fixture.send(
        "ORM^O01", pid, "PV1|1|I|||||||||||||||||V1", "ORC|NW|O1^HIS", "OBR|1|O1^HIS||CT^CT chest^L"
      ) == "AA")
    #expect(try fixture.send("ADT^A41", pid + "|||||V2", "MRG|P1^^^H||V1") == "AA")
    #expect(try fixture.order("O1")?.visit.admissionID.value == "V2")
  }

  @Test func whatIsMissingIsTold() throws {
    let fixture = try DepartmentMessagingFixture()
    #expect(try fixture.send("ADT^A01", "EVN|A01") == "AE 100")
    #expect(try fixture.send("ADT^A01", "PID|1||||Doe^John") == "AE 101")
    #expect(try fixture.send("ADT^A01", "PID|1||P1^^^H") == "AE 102")
    #expect(try fixture.send("ADT^A40", pid) == "AE 100")
    #expect(try fixture.send("ADT^A40", pid, "MRG|") == "AE 101")
    #expect(try fixture.send("ADT^A99", pid) == "AR 201")
    #expect(try fixture.send("ADT^A01", "PID|1||P1^^^H", version: "2.3.1") == "AE 102")
  }

  @Test func aQueryFindsPatients() throws {
    let fixture = try DepartmentMessagingFixture()
    _ = try fixture.send("ADT^A04", pid)
    _ = try fixture.send("ADT^A04", "PID|1||P2^^^H||Müller^Max||19800101|M")
    func find(_ parameters: String) throws -> Message {
      let header =
        "MSH|^~\\&|HIS|W|M|R|2026||QBP^Q22^QBP_Q21|\(parameters)|P|2.5.1||||||UNICODE UTF-8"
      let bytes = Array("\(header)\rQPD|Q22^Find^HL7|T1|\(parameters)\rRCP|I|10\r".utf8)
      return try Message(
        parsing: try #require(fixture.processor.answers(to: bytes, from: "a").first))
    }
    let byName = try find("@PID.5.1^Müller")
    #expect(
      byName.name == "RSP^K22" && byName.first("QAK")?[2].value == "OK"
        && byName.first("QAK")?[1].value == "T1")
    #expect(Set(byName.all("PID").map { $0[3].value }) == ["P1", "P2"])
    #expect(
      try find("@PID.5.1^Müller~@PID.8^M").all("PID").map { $0[5].text } == ["Müller^Max^^^^^L"])
    #expect(try find("@PID.3.1^P1~@PID.7^19700102").all("PID").count == 1)
    #expect(try find("@PID.3.1^P9").first("QAK")?[2].value == "NF")
    #expect(try find("@PID.99^x").first("MSA")?[1].value == "AE")
  }
}
