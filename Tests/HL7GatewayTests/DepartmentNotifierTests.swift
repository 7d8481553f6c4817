// SPDX-License-Identifier: Apache-2.0

import HL7
import HL7Gateway
import Logging
import Messaging
import NIOPosix
import Radiology
import SQLStore
import SQLTestKit
import Testing

@Suite struct DepartmentNotifierTests {
  private func notifier(_ fixture: DepartmentMessagingFixture) -> DepartmentNotifier {
    DepartmentNotifier(
      store: fixture.store, department: fixture.department, queue: fixture.queue, directory: fixture.directory,
      pool: .singleton, logger: Logger(label: "test"), printer: { _ in Array("%PDF".utf8) })
  }

  private func placed(_ fixture: DepartmentMessagingFixture) throws -> Order {
    var step = ScheduledProcedureStep()
    step.modality = "CT"
    step.start = LocalDateTime(date: "20260301", time: "090000")
    step.minutes = 20
    var procedure = RequestedProcedure()
    procedure.codes = [Radiology.CodedElement("CTCH", "L", "CT chest & neck")]
    procedure.steps = [step]
    var order = Order()
    order.placer = OrderNumber("O1", issuer: "HIS")
    order.procedures = [procedure]
    let patient = PatientRecord(
      identifiers: [PatientIdentifier("P1", issuer: "H")], name: "Müller^Änne", sex: "F")
    return try fixture.department.place(order, for: patient, by: DepartmentMessagingFixture.clerk)
  }

  private func queued(_ fixture: DepartmentMessagingFixture, _ destination: String) throws
    -> [Message]
  {
    var query = OutboundQuery()
    query.destination = destination
    return try fixture.queue.messages(matching: query).reversed().map { row in
      try Message(parsing: try #require(try fixture.queue.message(row.id)).bytes)
    }
  }

  @Test(arguments: Engine.available) func rad3StatusOfAnOrderIsQueuedOnce(_ engine: Engine) throws {
    let fixture = try DepartmentMessagingFixture(engine)
    var old = Destination(name: "OLD", host: "h", port: 1, kinds: [.orderStatus])
    old.format.version = "2.3.1"
    old.format.characterSet = "8859/1"
    try fixture.directory.save(old)
    try fixture.directory.save(
      Destination(name: "NEW", host: "h", port: 1, kinds: [.orderStatus, .appointments]))
    try fixture.directory.save(Destination(name: "OFF", host: "h", port: 1, isActive: false))
    let exam = try #require(try placed(fixture).procedures.first)
    for command in [ExamCommand.arrive, .enterRoom, .complete] {
      _ = try fixture.department.perform(
        command, exam: exam.id, by: DepartmentMessagingFixture.technologist)
    }
    let notifier = notifier(fixture)
    while try notifier.step() {}
    #expect(try !notifier.step())
    let told = try queued(fixture, "OLD")
    #expect(told.map(\.name) == ["ORM^O01", "ORM^O01"])
    #expect(told.map { $0.first("ORC")?[5].value } == ["IP", "CM"])
    let last = try #require(told.last)
    #expect(last.first("ORC")?[1].value == "SC" && last.first("ORC")?[2].text == "O1^HIS")
    #expect(last.first("PID")?[5].value == "Müller" && last.header[18].value == "8859/1")
    #expect(
      last.first("OBR")?[4][2].value == "CT chest & neck" && last.first("OBR")?[24].value == "CT")
    #expect(last.first("ZDS")?[1].value == exam.studyInstanceUID)
    let new = try queued(fixture, "NEW")
    #expect(new.map(\.name) == ["SIU^S12", "OMG^O19", "OMG^O19"])
    #expect(new.first?.first("AIS")?[4].value == "20260301090000")
    #expect(try queued(fixture, "OFF").isEmpty)
    // All of a patient go one after another.
    #expect(
      Set(try fixture.queue.messages(matching: OutboundQuery()).map(\.orderingKey)).count == 1)
  }

  @Test func whatIsQueuedAgainAfterAStopIsKnown() throws {
    let fixture = try DepartmentMessagingFixture()
    try fixture.directory.save(Destination(name: "HIS", host: "h", port: 1))
    _ = try placed(fixture)
    let event = try #require(
      try fixture.department.events(after: 0, limit: 10).first {
        !DepartmentNotices.notices(of: $0).isEmpty
      })
    _ = try fixture.queue.add([
      QueuedMessage(
        destination: "HIS", orderingKey: "1", uniqueKey: "E\(event.sequence)N0", name: "SIU^S12",
        controlID: "x", bytes: [1],
        at: 0)
    ])
    while try notifier(fixture).step() {}
    #expect(try fixture.queue.messages(matching: OutboundQuery()).count == 1)
  }

  @Test func whatCameByHL7IsNotToldAgain() throws {
    let fixture = try DepartmentMessagingFixture()
    try fixture.directory.save(Destination(name: "HIS", host: "h", port: 1))
    #expect(
      try fixture.send(
        "ORM^O01", "PID|1||P1^^^H||A^B", "ORC|NW|O1^HIS|||||1^^^20260301090000",
        "OBR|1|O1^HIS||CT^CT^L") == "AA")
    #expect(try fixture.send("ORM^O01", "PID|1||P1^^^H||A^B", "ORC|CA|O1^HIS") == "AA")
    while try notifier(fixture).step() {}
    #expect(try fixture.queue.messages(matching: OutboundQuery()).isEmpty)
  }

  @Test func reportsAreWrittenAsResultsAndDocuments() throws {
    let fixture = try DepartmentMessagingFixture()
    let order = try placed(fixture)
    let exam = try #require(order.procedures.first)
    let patient = try #require(try fixture.patient("P1"))
    for version in ["2.3.1", "2.5.1"] {
      var format = MessageFormat()
      format.version = version
      let writer = DepartmentMessages(format: format, controlID: "1", timestamp: "20260301")
      for status in ResultContent.Status.allCases {
        var content = ResultContent(
          uid: "1.2.9", status: status,
          sections: [
            .init(code: "59776-5", title: "Findings", text: "No nodule | > 4 mm\nline ^ two")
          ],
          interpreter: "Iolog^Rad", interpreterID: "1001")
        content.pdf = Array("%PDF".utf8)
        content.previousUID = status == .corrected ? "1.2.8" : ""
        let result = try Message(parsing: writer.result(content, order, exam, of: patient).encode())
        #expect(result.name == "ORU^R01" && result.version == version)
        #expect(result.first("OBR")?[25].value == status.rawValue)
        #expect(result.first("OBR")?[32][1][1] == "1001")
        let observations = result.all("OBX")
        #expect(observations.map { $0[2].value } == ["FT", "ED", "HD"])
        #expect(observations[0][5].text == "No nodule | > 4 mm\nline ^ two")
        #expect(EncapsulatedData(observations[1][5].repetitions[0])?.data == content.pdf)
        #expect(observations[2][5].value == exam.studyInstanceUID)
        let document = try Message(
          parsing: writer.document(content, order, exam, of: patient).encode())
        #expect(document.trigger == (status == .corrected ? "T10" : "T02"))
        #expect(document.first("TXA")?[12].value == "1.2.9")
        #expect(document.first("TXA")?[17].value == (status == .preliminary ? "DO" : "LA"))
      }
    }
  }

  @Test func rad49ImagesAreAvailable() throws {
    let fixture = try DepartmentMessagingFixture()
    let order = try placed(fixture)
    let exam = try #require(order.procedures.first)
    let patient = try #require(try fixture.patient("P1"))
    let message = DepartmentMessages(format: MessageFormat(), controlID: "1", timestamp: "2026")
      .images(
        order, exam, of: patient)
    #expect(message.first("OBX")?[5].value == exam.studyInstanceUID)
    #expect(message.first("OBR")?[18].value == order.accession.value)
  }
}
