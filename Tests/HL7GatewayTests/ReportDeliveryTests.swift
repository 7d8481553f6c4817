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
import Trust

/// Reports on their way out: who gets which version in which form, and what becomes of the exam.
@Suite struct ReportDeliveryTests {
  static let radiologist = Performer(name: "ada", role: .radiologist, origin: .web)

  private func notifier(_ fixture: DepartmentMessagingFixture) -> DepartmentNotifier {
    DepartmentNotifier(
      store: fixture.store, department: fixture.department, queue: fixture.queue, directory: fixture.directory,
      pool: .singleton, logger: Logger(label: "test"), printer: { _ in Array("%PDF".utf8) })
  }

  /// An exam that is to be read.
  static func exam(_ fixture: DepartmentMessagingFixture, _ number: Int = 1) throws -> Int64 {
    var procedure = RequestedProcedure()
    procedure.codes = [Radiology.CodedElement("CTCH", "L", "CT chest")]
    procedure.description = "CT chest"
    var order = Order()
    order.placer = OrderNumber("O\(number)", issuer: "HIS")
    order.procedures = [procedure]
    let patient = PatientRecord(identifiers: [PatientIdentifier("P1", issuer: "H")], name: "Doe^Jane")
    order = try fixture.department.place(order, for: patient, by: DepartmentMessagingFixture.clerk)
    let exam = order.procedures[0].id
    for command in [ExamCommand.enterRoom, .complete, .release] {
      _ = try fixture.department.perform(command, exam: exam, by: DepartmentMessagingFixture.technologist)
    }
    return exam
  }

  static func content(_ text: String) -> ReportContent {
    var content = ReportContent()
    content.sections = [
      .init(key: "findings", title: "Findings", text: text),
      .init(key: "impression", title: "Impression", text: "As above."),
    ]
    return content
  }

  private func queued(_ fixture: DepartmentMessagingFixture, _ destination: String) throws -> [Message] {
    var query = OutboundQuery()
    query.destination = destination
    return try fixture.queue.messages(matching: query).reversed().map { row in
      try Message(parsing: try #require(try fixture.queue.message(row.id)).bytes)
    }
  }

  private func status(_ fixture: DepartmentMessagingFixture, _ exam: Int64) throws -> ExamStatus? {
    try fixture.department.orders(matching: OrderQuery()).flatMap(\.procedures).first { $0.id == exam }?.status
  }

  private func deliverAll(_ fixture: DepartmentMessagingFixture, to destination: String) throws {
    while let message = try fixture.queue.next(for: destination, at: .max) {
      try fixture.queue.delivered(message.id, at: 1, answer: [])
    }
  }

  @Test(arguments: Engine.available) func eachVersionGoesToThoseWhoMaySeeIt(_ engine: Engine) throws {
    let fixture = try DepartmentMessagingFixture(engine)
    var ward = Destination(name: "WARD", host: "h", port: 1, kinds: [.results])
    ward.reports.studyLink = "https://pacs.example/viewer?study={study}&acc={accession}"
    ward.reports.enclosesPDF = false
    var eager = Destination(name: "EAGER", host: "h", port: 1, kinds: [.results, .documents])
    eager.reports.sendsPreliminary = true
    try fixture.directory.save(ward)
    try fixture.directory.save(eager)
    #expect(try fixture.directory.destinations() == [eager, ward])
    let exam = try Self.exam(fixture)
    let department = fixture.department
    func write(_ command: ReportCommand, _ based: Int, _ text: String) throws {
      _ = try department.report(
        command, exam: exam, content: Self.content(text), basedOn: based, reason: "wrong side", by: Self.radiologist)
    }
    try write(.save, 0, "Draft.")
    try write(.submit, 1, "Preliminary.")
    let notifier = notifier(fixture)
    while try notifier.step() {}
    #expect(try queued(fixture, "WARD").isEmpty)
    let early = try queued(fixture, "EAGER")
    #expect(early.map(\.name) == ["ORU^R01", "MDM^T02"])
    #expect(early.flatMap { $0.all("OBX") }.allSatisfy { $0[11].value == "P" })
    #expect(early[0].first("OBR")?[25].value == "P" && early[1].first("TXA")?[17].value == "DO")

    try write(.validate, 2, "Final.")
    try write(.addAddendum, 3, "Final. More.")
    try write(.correct, 4, "Corrected.")
    while try notifier.step() {}
    let told = try queued(fixture, "WARD")
    #expect(told.map { $0.first("OBR")?[25].value } == ["F", "C", "C"])
    #expect(told.map { $0.first("OBX")?[5].text } == ["Final.", "Final. More.", "Corrected."])
    #expect(told[0].all("OBX").map { $0[2].value } == ["FT", "FT", "HD", "RP"])
    let uid = try #require(try department.orders(matching: OrderQuery()).first?.procedures[0].studyInstanceUID)
    #expect(told[0].all("OBX").last?[5].value.contains("viewer?study=\(uid)") == true)
    #expect(told[2].all("OBX").contains { $0[5].text == "wrong side" })
    let documents = try queued(fixture, "EAGER").filter { $0.type == "MDM" }
    #expect(documents.map(\.trigger) == ["T02", "T10", "T06", "T10"])
    // Each one names the one before.
    for (old, new) in zip(documents, documents.dropFirst()) {
      #expect(new.first("TXA")?[13].value == old.first("TXA")?[12].value)
    }
    #expect(documents[1].all("OBX").contains { EncapsulatedData($0[5].repetitions[0])?.data == Array("%PDF".utf8) })
  }

  @Test(arguments: Engine.available) func anExamIsSentWhenAllHaveAcknowledged(_ engine: Engine) throws {
    let fixture = try DepartmentMessagingFixture(engine)
    try fixture.directory.save(Destination(name: "A", host: "h", port: 1, kinds: [.results]))
    try fixture.directory.save(Destination(name: "B", host: "h", port: 1, kinds: [.documents]))
    let exam = try Self.exam(fixture)
    let notifier = notifier(fixture)
    func write(_ command: ReportCommand, _ based: Int) throws {
      _ = try fixture.department.report(
        command, exam: exam, content: Self.content("Text \(based)."), basedOn: based, reason: "r", by: Self.radiologist)
      while try notifier.step() {}
    }
    try write(.validate, 0)
    try deliverAll(fixture, to: "A")
    try notifier.followDeliveries()
    #expect(try status(fixture, exam) == .validated)
    try deliverAll(fixture, to: "B")
    // A correction comes between the last acknowledgement and the note of it.
    try write(.correct, 1)
    try notifier.followDeliveries()
    #expect(try status(fixture, exam) == .validated)
    try deliverAll(fixture, to: "A")
    try deliverAll(fixture, to: "B")
    try notifier.followDeliveries()
    #expect(try status(fixture, exam) == .sent)
    #expect(try fixture.queue.deliveredReports(limit: 9).isEmpty)
    // What is resent changes nothing more, and an addendum is sent anew.
    try write(.addAddendum, 2)
    #expect(try status(fixture, exam) == .validated)
  }

  @Test func nobodyIsToldWhereNobodyIsToBe() throws {
    let fixture = try DepartmentMessagingFixture()
    let exam = try Self.exam(fixture)
    _ = try fixture.department.report(
      .validate, exam: exam, content: Self.content("Text."), basedOn: 0, by: Self.radiologist)
    let notifier = notifier(fixture)
    while try notifier.step() {}
    try notifier.followDeliveries()
    #expect(try status(fixture, exam) == .validated)
  }

  @Test func aLinkIsFilledIn() throws {
    var form = ReportForm()
    #expect(form.link(study: "1", accession: "2") == nil)
    form.studyLink = "https://h/{study}?a={accession}&b={other}{"
    #expect(form.link(study: "1.2", accession: "A 1&x") == "https://h/1.2?a=A%201%26x&b={other}{")
    var destination = Destination(name: "A", host: "h", port: 1)
    destination.reports.studyLink = "javascript:1"
    #expect(destination.fault != nil)
  }
}
