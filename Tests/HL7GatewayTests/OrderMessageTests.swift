// SPDX-License-Identifier: Apache-2.0

import Foundation
import HL7
import HL7Gateway
import Messaging
import Radiology
import SQLStore
import SQLTestKit
import Testing

@Suite struct OrderMessageTests {
  let pid = "PID|1||P1^^^H^MR||Müller^Änne||19700102|F"

  private func request(
    _ placer: String, _ control: String = "NW", _ code: String = "CTCH^CT chest^L",
    start: String = ""
  ) -> [String] {
    [
      "ORC|\(control)|\(placer)^HIS|||||1^^^\(start)^^S|||||1001^Ref^Anna||||R1^not needed",
      "OBR|1|\(placer)^HIS||\(code)|||||||||Cough|||||||SPS1||||CT|||||||^Pain",
    ]
  }

  private func corpus(_ name: String) throws -> [UInt8] {
    let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .deletingLastPathComponent()
    return Array(try Data(contentsOf: root.appendingPathComponent("Corpus/hl7/\(name).hl7")))
  }

  @Test(arguments: Engine.available) func rad4OrdersOfTheCorpusArePlaced(_ engine: Engine) throws {
    let fixture = try DepartmentMessagingFixture(engine)
    // This sender writes OBR-18 to OBR-24 a field too late.
    let rules = try ["OBR-18 <- OBR-19", "OBR-19 <- OBR-20", "OBR-20 <- OBR-21", "OBR-24 <- OBR-25"].map {
      try #require(MappingRule($0))
    }
    let sender = MessageSender(application: "HIS", facility: "HOSP")
    try fixture.directory.save(SenderProfile(sender: sender, rules: rules))
    #expect(try fixture.code(of: fixture.processor.answers(to: corpus("own__orm_o01_zds"), from: "a")) == "AA")
    #expect(try fixture.directory.removeProfile(of: sender))
    let old = try #require(try fixture.order("PLC1"))
    #expect(old.accession.value == "ACC0001" && old.filler == OrderNumber("FIL1", issuer: "RIS"))
    let exam = try #require(old.procedures.first)
    #expect(
      exam.procedureID == "RP001" && exam.studyInstanceUID == "1.2.826.0.1.999.1"
        && exam.status == .scheduled)
    #expect(exam.codes == [Radiology.CodedElement("CTCH", "L", "CT chest")])
    #expect(exam.steps.first?.stepID == "SPS001" && exam.steps.first?.modality == "CT")
    #expect(exam.steps.first?.start == LocalDateTime(date: "20240301", time: "090000"))
    #expect(
      exam.steps.first?.protocolCodes == [Radiology.CodedElement("CTCH2", "99X", "CT Thorax")])
    #expect(old.request.requestingPhysician == "Ref^Anna" && old.visit.patientClass == "O")
    #expect(
      try fixture.code(of: fixture.processor.answers(to: corpus("own__omi_o23_ipc"), from: "a"))
        == "AA")
    let new = try #require(try fixture.order("PLC2"))
    #expect(new.procedures.first?.steps.first?.modality == "MR" && !new.accession.isEmpty)
    #expect(
      try fixture.code(of: fixture.processor.answers(to: corpus("own__orm_ca_cancel"), from: "a"))
        == "AA")
    #expect(try fixture.order("PLC1")?.status == .cancelled)
  }

  @Test(arguments: [("ORM^O01", "2.3.1"), ("OMG^O19", "2.5.1"), ("OMI^O23", "2.5.1")])
  func rad2NewChangeCancelDiscontinue(type: String, version: String) throws {
    let fixture = try DepartmentMessagingFixture()
    func send(_ segments: [String]) throws -> String {
      try fixture.send(type, pid, segments[0], segments[1], version: version)
    }
    #expect(try send(request("O1")) == "AA")
    #expect(try fixture.order("O1")?.status == .requested)
    #expect(try fixture.order("O1")?.priority == .stat)
    #expect(try fixture.order("O1")?.request.reason == "Pain")
    // The same order in another message changes it.
    #expect(try send(request("O1")) == "AA")
    #expect(try fixture.department.orders(matching: OrderQuery()).count == 1)
    #expect(try send(request("O1", "XO", "CTAB^CT abdomen^L", start: "20260301090000")) == "AA")
    let changed = try #require(try fixture.order("O1"))
    #expect(changed.status == .scheduled && changed.procedures.map(\.description) == ["CT abdomen"])
    #expect(try send(request("O1", "CA")) == "AA")
    #expect(try fixture.order("O1")?.procedures.first?.endReason == "not needed")
    #expect(try send(request("O1", "CA")) == "AA")
    #expect(try send(request("O1", "NW")) == "AE 205")
    #expect(try send(request("O2")) == "AA")
    let exam = try #require(try fixture.order("O2")?.procedures.first)
    _ = try fixture.department.perform(
      .enterRoom, exam: exam.id, by: DepartmentMessagingFixture.technologist)
    #expect(try send(request("O2", "CA")) == "AE 206")
    #expect(try send(request("O2", "DC")) == "AA")
    #expect(try fixture.order("O2")?.status == .discontinued)
    #expect(try send(request("O9", "CA")) == "AE 204")
    #expect(try send(request("O9", "??")) == "AE 103")
  }

  @Test func rad2OrdersAreReplaced() throws {
    let fixture = try DepartmentMessagingFixture()
    let (old, new) = (request("O1", "RP"), request("O2", "RO", "MRBR^MR brain^L"))
    #expect(try fixture.send("ORM^O01", pid, request("O1")[0], request("O1")[1]) == "AA")
    #expect(try fixture.send("ORM^O01", pid, old[0], old[1], new[0], new[1]) == "AA")
    #expect(try fixture.order("O1")?.status == .replaced)
    #expect(try fixture.order("O2")?.procedures.first?.description == "MR brain")
    #expect(try fixture.send("ORM^O01", pid, old[0], old[1]) == "AE 100")
    #expect(try fixture.send("ORM^O01", pid, new[0], new[1]) == "AE 100")
  }

  @Test func severalSegmentsOfOneOrderAreItsProceduresAndSteps() throws {
    let fixture = try DepartmentMessagingFixture()
    #expect(
      try fixture.send(
        "ORM^O01", pid, "ORC|NW|O1^HIS", "OBR|1|O1^HIS||A^A^L||||||||||||||ACC1|RP1|S1||||CT",
        "ORC|NW|O1^HIS",
        "OBR|2|O1^HIS||A^A^L||||||||||||||ACC1|RP1|S2||||MR", "ORC|NW|O1^HIS",
        "OBR|3|O1^HIS||B^B^L||||||||||||||ACC1|RP2|S3||||US", "ORC|NW|O2^HIS", "OBR|4|O2^HIS||C^C^L"
      ) == "AA")
    let order = try #require(try fixture.order("O1"))
    #expect(order.procedures.map(\.procedureID) == ["RP1", "RP2"])
    #expect(order.procedures.first?.steps.map(\.modality) == ["CT", "MR"])
    #expect(try fixture.order("O2")?.procedures.count == 1)
  }

  @Test func whatIsMissingIsTold() throws {
    let fixture = try DepartmentMessagingFixture()
    #expect(try fixture.send("ORM^O01", pid) == "AE 100")
    #expect(try fixture.send("ORM^O01", pid, "ORC|NW") == "AE 101")
    #expect(try fixture.send("ORM^O01", pid, "ORC|NW|O1^HIS") == "AE 100")
    #expect(try fixture.send("ORM^O01", "ORC|NW|O1^HIS", "OBR|1|||A^A^L") == "AE 100")
  }

  @Test func appointmentsMoveTheirOrder() throws {
    let fixture = try DepartmentMessagingFixture()
    #expect(try fixture.send("ORM^O01", pid, request("O1")[0], request("O1")[1]) == "AA")
    func appoint(_ trigger: String, _ start: String) throws -> String {
      try fixture.send(
        "SIU^\(trigger)", "SCH|A1^HIS|||||||||||||||||||||||||O1^HIS", pid, "RGS|1",
        "AIS|1||CTCH^CT chest^L|\(start)|||1800|s", "AIL|1||ROOM1")
    }
    #expect(try appoint("S12", "20260301090000") == "AA")
    let step = try #require(try fixture.order("O1")?.procedures.first?.steps.first)
    #expect(step.start == LocalDateTime(date: "20260301", time: "090000") && step.minutes == 30)
    #expect(step.station.location == "ROOM1")
    #expect(try fixture.order("O1")?.status == .scheduled)
    #expect(try appoint("S13", "20260302100000") == "AA")
    #expect(try fixture.order("O1")?.procedures.first?.steps.first?.start?.date == "20260302")
    #expect(try appoint("S13", "") == "AE 101")
    #expect(try appoint("S26", "") == "AA")
    #expect(try fixture.order("O1")?.procedures.first?.status == .noShow)
    #expect(try appoint("S15", "") == "AA")
    #expect(try fixture.order("O1")?.status == .cancelled)
  }

  @Test(arguments: ["S12", "S13", "S14", "S15", "S16", "S17", "S18", "S19", "S20", "S21", "S22", "S26"])
  func eachAppointmentEventDoesWhatItSays(trigger: String) throws {
    let fixture = try DepartmentMessagingFixture()
    #expect(
      try fixture.send(
        "ORM^O01", pid, "ORC|NW|O1^HIS", "OBR|1|O1^HIS||A^A^L||||||||||||||ACC1|RP1|S1||||CT", "ORC|NW|O1^HIS",
        "OBR|2|O1^HIS||B^B^L||||||||||||||ACC1|RP2|S2||||MR") == "AA")
    func appoint(_ trigger: String, _ service: String, _ segments: String...) throws -> String {
      try fixture.send(
        "SIU^\(trigger)", ["SCH|A1^HIS|||||||||||||||||||||||||O1^HIS", pid, "RGS|1", service] + segments)
    }
    #expect(try appoint("S12", "AIS|1||A^A^L|20260301090000|||1800|s", "AIL|1||ROOM1", "AIP|1||7^Read^Rita") == "AA")
    func exams() throws -> [RequestedProcedure] { try #require(try fixture.order("O1")).procedures }
    // A service is the exam of its code; the other one has no time yet.
    #expect(try exams().map(\.status) == [.scheduled, .requested])
    #expect(try exams()[0].steps[0].performingPhysician.hasPrefix("Read"))
    #expect(try appoint(trigger, "AIS|1||B^B^L|20260302100000|||1800|s") == "AA")
    let (states, dates) = try (exams().map(\.status), exams().compactMap { $0.steps.first?.start?.date })
    switch trigger {
    case "S15", "S16", "S17": #expect(states == [.cancelled, .cancelled])
    case "S20", "S21", "S22":
      #expect(states == [.scheduled, .cancelled] && dates.first == "20260301")
      #expect(try appoint(trigger, "AIS|1||C^C^L") == "AE 204")
      #expect(try appoint(trigger, "AIS|1|U|A^A^L", "AIL|1|D|ROOM1", "AIP|1|D|7^Read^Rita") == "AA")
      #expect(try exams()[0].status == .scheduled)
      #expect(try exams()[0].steps[0].station.location.isEmpty && exams()[0].steps[0].performingPhysician.isEmpty)
    case "S26": #expect(states == [.noShow, .requested])
    default: #expect(states == [.scheduled, .scheduled] && dates == ["20260301", "20260302"])
    }
  }

  @Test func servicesAreAddedChangedAndMoved() throws {
    let fixture = try DepartmentMessagingFixture()
    let head = "SCH|A1^HIS|||||||||||||||||||||||||"
    func appoint(_ trigger: String, _ segments: String...) throws -> String {
      try fixture.send("SIU^\(trigger)", [head, pid] + segments)
    }
    func order() throws -> Order? { try fixture.department.order(.placer(OrderNumber("A1", issuer: "HIS"))) }
    // Two services, each in a group with its room, are two exams.
    #expect(
      try appoint(
        "S12", "RGS|1", "AIS|1||A^A^L|20260301090000|||20|min", "AIL|1||ROOM1", "RGS|2",
        "AIS|1||B^B^L|20260301100000|||30|min", "AIL|1||ROOM2") == "AA")
    #expect(try order()?.procedures.map { $0.steps[0].station.location } == ["ROOM1", "ROOM2"])
    #expect(try order()?.procedures.map { $0.steps[0].minutes } == [20, 30])
    #expect(try appoint("S18", "RGS|1|A", "AIS|1|A|C^C^L|20260301110000", "AIL|1|A|ROOM3") == "AA")
    #expect(try order()?.procedures.map { $0.steps[0].station.location } == ["ROOM1", "ROOM2", "ROOM3"])
    #expect(try order()?.procedures.map(\.status) == [.scheduled, .scheduled, .scheduled])
    #expect(try appoint("S19", "RGS|1|U", "AIS|1|U|B^B^L|20260301100000|||40|min", "AIL|1|U|ROOM4") == "AA")
    #expect(try order()?.procedures.map { $0.steps[0].station.location } == ["ROOM1", "ROOM4", "ROOM3"])
    #expect(try order()?.procedures.map { $0.steps[0].minutes } == [20, 40, 0])
    #expect(try appoint("S19", "RGS|1|U", "AIS|1|U|D^D^L|20260301100000") == "AE 204")
    // A service that is none of the appointment's moves the whole.
    #expect(try appoint("S13", "RGS|1|U", "AIS|1|U|X^All^L|20260303080000") == "AA")
    #expect(try Set(order()?.procedures.compactMap { $0.steps[0].start?.date } ?? []) == ["20260303"])
  }

  @Test func slotsAreBlockedAndOpened() throws {
    let fixture = try DepartmentMessagingFixture()
    var room = Resource()
    (room.name, room.openings) = ("ROOM1", [])
    room = try fixture.department.save(room)
    func slot(_ trigger: String, _ resource: String = "ROOM1", _ start: String = "20260301120000") throws -> String {
      let place = "AIL|1|A|\(resource)|||\(start)|||30|min"
      return try fixture.send("SIU^\(trigger)", "SCH|B1^HIS||||||^Cleaning", "RGS|1", place)
    }
    let (from, to) = (LocalDateTime(minute: 0), LocalDateTime(minute: 100_000_000))
    func blocks() throws -> [Booking] { try fixture.department.bookings(of: [room.id], from: from, to: to) }
    #expect(try slot("S23") == "AA" && slot("S23") == "AA")
    #expect(try blocks().map(\.minutes) == [30] && blocks().first?.start.date == "20260301")
    #expect(try slot("S23", "NONE") == "AE 204" && slot("S23", "ROOM1", "") == "AE 101")
    #expect(try slot("S24") == "AA" && blocks().isEmpty)
    #expect(try slot("S24") == "AE 204")
  }

  @Test func anAppointmentWithoutOrderIsOne() throws {
    let fixture = try DepartmentMessagingFixture()
    #expect(
      try fixture.code(of: fixture.processor.answers(to: corpus("own__siu_s12"), from: "a")) == "AA"
    )
    let order = try #require(try fixture.department.orders(matching: OrderQuery()).first)
    #expect(order.status == .scheduled && order.procedures.first?.steps.first?.start != nil)
    #expect(try fixture.send("SIU^S15", "SCH|NONE^HIS", pid) == "AE 204")
  }

  @Test func everyMessageOfTheCorpusIsTakenOrRefusedWithACode() throws {
    let fixture = try DepartmentMessagingFixture()
    let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .deletingLastPathComponent()
      .appendingPathComponent("Corpus/hl7")
    let files = try FileManager.default.contentsOfDirectory(
      at: folder, includingPropertiesForKeys: nil
    )
    .filter { $0.pathExtension == "hl7" }
    var codes: [String: Int] = [:]
    for file in files {
      for answer in fixture.processor.answers(to: Array(try Data(contentsOf: file)), from: "a") {
        if Batch.isEnvelope(answer) { continue }
        codes[try fixture.code(of: [answer]), default: 0] += 1
      }
    }
    print("HL7 corpus at the department: \(codes.sorted { $0.key < $1.key })")
    #expect(
      codes.keys.allSatisfy { ["AA", "AE", "AR", "CA", "CR"].contains(String($0.prefix(2))) })
    #expect(codes.keys.contains("AA") && !codes.keys.contains("AR 207"))
    #expect(try fixture.log.counts()[.received] == nil)
  }
}
