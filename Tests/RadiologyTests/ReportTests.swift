// SPDX-License-Identifier: Apache-2.0

import DICOMCore
import DICOMDictionary
import Foundation
import Radiology
import SQLTestKit
import Testing
import Trust

@Suite struct ReportTests {
  static let secretary = Performer(name: "sue", role: .secretary, origin: .web)
  static let clinician = Performer(name: "doc", role: .clinician, origin: .web)
  static let second = Performer(name: "bob", role: .radiologist, origin: .web)

  static func content(_ findings: String, language: String = "en", template: String = "") -> ReportContent {
    var content = ReportContent()
    (content.language, content.template) = (language, template)
    content.sections = [
      .init(key: "findings", title: "Findings", text: findings),
      .init(key: "impression", title: "Impression", text: "See above."),
    ]
    return content
  }

  /// An exam that is to be read.
  static func exam(_ fixture: DepartmentFixture) throws -> Int64 {
    let order = try fixture.department.place(
      DepartmentFixture.order(at: "202603041030"), for: DepartmentFixture.patient(), by: DepartmentFixture.his)
    let exam = order.procedures[0].id
    _ = try fixture.department.perform(.complete, exam: exam, by: DepartmentFixture.technologist)
    _ = try fixture.department.perform(.release, exam: exam, by: DepartmentFixture.technologist)
    return exam
  }

  @Test(arguments: Engine.available) func aReportIsSeenWhenItIsValidatedAndNotBefore(_ engine: Engine) throws {
    let fixture = try DepartmentFixture(engine)
    let department = fixture.department
    let exam = try Self.exam(fixture)
    let patient = try #require(try department.patient(PatientIdentifier("P1", issuer: "HIS"))).id
    func seen() throws -> [ReportStatus] { try department.report(ofExam: exam, for: Self.clinician).map(\.status) }
    func found() throws -> Int {
      var query = ReportQuery()
      query.words = "nodule"
      return try department.reports(matching: query).count
    }
    func write(_ command: ReportCommand, _ based: Int, _ who: Performer, _ text: String? = nil) throws -> ReportStatus {
      try department.report(
        command, exam: exam, content: text.map { Self.content($0) }, basedOn: based, reason: "because", by: who
      ).status
    }
    #expect(try write(.save, 0, Self.secretary, "Nodule of 5 mm.") == .draft)
    #expect(try write(.submit, 1, Self.secretary) == .preliminary)
    #expect(try write(.sendBack, 2, DepartmentFixture.radiologist) == .draft)
    #expect(try write(.sign, 3, DepartmentFixture.radiologist) == .signed)
    #expect(try seen() == [] && found() == 0)
    #expect(try department.reportedExams(ofPatient: patient, limit: 10) == [])
    #expect(try department.reportDocument(ofExam: exam) == nil)
    #expect(try department.report(ofExam: exam, for: Self.secretary).count == 4)
    for role in Role.allCases where role != .radiologist && role != .secretary {
      #expect(try department.report(ofExam: exam, for: Performer(name: "x", role: role, origin: .web)) == [])
    }
    #expect(throws: RadiologyError(.forbidden, "")) { try write(.validate, 4, Self.secretary) }
    #expect(try write(.validate, 4, Self.second) == .validated)
    #expect(try seen() == [.validated] && found() == 1)
    #expect(try department.reportedExams(ofPatient: patient, limit: 10).map(\.exam.status) == [.validated])
    #expect(try write(.addAddendum, 5, DepartmentFixture.radiologist, "Nodule was there in 2020.") == .addendum)
    #expect(try write(.correct, 6, DepartmentFixture.radiologist, "No nodule.") == .correction)
    #expect(try seen() == [.validated, .addendum, .correction])
    #expect(try department.firstBrokenLink(ofExam: exam) == nil)
    let kinds = try department.events(after: 0, limit: 100).map(\.kind).filter { $0.hasPrefix("report.") }
    #expect(
      kinds
        == ["draft", "preliminary", "draft", "signed", "validated", "addendum", "correction"].map { "report." + $0 })
  }

  /// Every cell of the table.
  static let expected: [ReportStatus?: [ReportCommand: ReportStatus]] = [
    nil: [.save: .draft, .submit: .preliminary, .sign: .signed, .validate: .validated],
    .draft: [.save: .draft, .submit: .preliminary, .sign: .signed, .validate: .validated],
    .preliminary: [.submit: .preliminary, .sendBack: .draft, .sign: .signed, .validate: .validated],
    .signed: [.sendBack: .draft, .validate: .validated],
    .validated: [.addAddendum: .addendum, .correct: .correction],
    .addendum: [.addAddendum: .addendum, .correct: .correction],
    .correction: [.addAddendum: .addendum, .correct: .correction],
  ]

  @Test(arguments: [nil] + ReportStatus.allCases.map(Optional.some), ReportCommand.allCases)
  func everyCell(_ status: ReportStatus?, _ command: ReportCommand) {
    #expect(ReportTransitions.row(command, in: status)?.to == Self.expected[status]?[command])
  }

  @Test func oneWriterAtATime() throws {
    let fixture = try DepartmentFixture()
    let exam = try Self.exam(fixture)
    func save(_ based: Int, _ who: Performer) throws {
      _ = try fixture.department.report(.save, exam: exam, content: Self.content("a"), basedOn: based, by: who)
    }
    try save(0, DepartmentFixture.radiologist)
    #expect(throws: RadiologyError(.conflict, "")) { try save(0, Self.second) }
    _ = try fixture.department.claim(exam: exam, by: DepartmentFixture.radiologist)
    #expect(throws: RadiologyError(.conflict, "")) { try save(1, Self.second) }
    try save(1, DepartmentFixture.radiologist)
    #expect(throws: RadiologyError(.forbidden, "")) { try save(2, DepartmentFixture.clerk) }
  }

  @Test func aTemplateAsksForWhatItNeedsAndForASecondReader() throws {
    let fixture = try DepartmentFixture()
    let department = fixture.department
    var template = ReportTemplate(name: "mammo", title: "Mammography", needsSecondReader: true)
    template.fields = [
      .init(
        key: "birads", title: "BI-RADS", kind: .choice,
        choices: [CodedElement("1", "99B", "Negative"), CodedElement("2", "99B", "Benign")], isRequired: true),
      .init(key: "size", title: "Size", kind: .number, unit: "mm"),
    ]
    try department.save(template)
    let exam = try Self.exam(fixture)
    var content = Self.content("A mass.", template: "mammo")
    func write(_ command: ReportCommand, _ based: Int, _ who: Performer) throws {
      _ = try department.report(command, exam: exam, content: content, basedOn: based, by: who)
    }
    #expect(throws: RadiologyError(.invalid, "")) { try write(.sign, 0, DepartmentFixture.radiologist) }
    content.fields = [.init(key: "birads", value: "9")]
    #expect(throws: RadiologyError(.invalid, "")) { try write(.sign, 0, DepartmentFixture.radiologist) }
    content.fields = [.init(key: "birads", value: "2"), .init(key: "size", value: "x")]
    #expect(throws: RadiologyError(.invalid, "")) { try write(.sign, 0, DepartmentFixture.radiologist) }
    content.fields[1].value = "12.5"
    #expect(throws: RadiologyError(.notAllowed, "")) { try write(.validate, 0, DepartmentFixture.radiologist) }
    try write(.sign, 0, DepartmentFixture.radiologist)
    #expect(throws: RadiologyError(.forbidden, "")) { try write(.validate, 1, DepartmentFixture.radiologist) }
    try write(.validate, 1, Self.second)
  }

  @Test func theDocumentIsTheSameEachTime() throws {
    let fixture = try DepartmentFixture()
    let exam = try Self.exam(fixture)
    _ = try fixture.department.report(
      .validate, exam: exam, content: Self.content("Nodule.\nNo effusion."), basedOn: 0,
      by: DepartmentFixture.radiologist)
    let document = try #require(try fixture.department.reportDocument(ofExam: exam))
    #expect(document.string(.sopClassUID) == "1.2.840.10008.5.1.4.1.1.88.11")
    #expect(document.string(.patientName) == "Dupont^Marie" && document.string(.verificationFlag) == "VERIFIED")
    #expect(document.string(.studyInstanceUID) == "2.25.1" && document.string(.modality) == "SR")
    let again = try #require(try fixture.department.reportDocument(ofExam: exam))
    #expect(document.string(.sopInstanceUID) == again.string(.sopInstanceUID))
    #expect(document.string(.seriesInstanceUID) == again.string(.seriesInstanceUID))
    _ = try fixture.department.report(
      .correct, exam: exam, content: Self.content("No nodule."), basedOn: 1, reason: "artefact",
      by: DepartmentFixture.radiologist)
    let corrected = try #require(try fixture.department.reportDocument(ofExam: exam))
    #expect(corrected.string(.sopInstanceUID) != document.string(.sopInstanceUID))
    #expect(corrected.string(.seriesInstanceUID) == document.string(.seriesInstanceUID))
    #expect(corrected.items(.predecessorDocumentsSequence).count == 1)
  }

  @Test func theDocumentCitesItsKeyImagesWhereItCan() throws {
    let fixture = try DepartmentFixture()
    let exam = try Self.exam(fixture)
    var content = Self.content("Nodule.")
    func document(_ images: String) throws -> DataSet {
      content.keyImages = try JSONDecoder().decode([ReportContent.KeyImage].self, from: Data(images.utf8))
      let based = try fixture.department.visibleReport(ofExam: exam).count
      _ = try fixture.department.report(
        based == 0 ? .validate : .correct, exam: exam, content: content, basedOn: based, reason: "image",
        by: DepartmentFixture.radiologist)
      return try #require(try fixture.department.reportDocument(ofExam: exam))
    }
    let image = #""studyInstanceUID": "2.25.1", "seriesInstanceUID": "2.25.2", "sopInstanceUID": "2.25.3""#
    let cited = try document(#"[{\#(image), "sopClassUID": "1.2.840.10008.5.1.4.1.1.2"}]"#)
    #expect(cited.items(.currentRequestedProcedureEvidenceSequence).count == 1)
    // A frame of an object that has none: the report goes on without.
    let plain = try document(#"[{\#(image), "sopClassUID": "1.2.840.10008.5.1.4.1.1.2", "frame": 3}]"#)
    #expect(plain.items(.currentRequestedProcedureEvidenceSequence).isEmpty)
  }

  @Test(arguments: Engine.available) func criticalResultsStayOpenUntilTheyAreSaidBack(_ engine: Engine) throws {
    let fixture = try DepartmentFixture(engine)
    let exam = try Self.exam(fixture)
    let result = try fixture.department.raise(
      .red, exam: exam, finding: "Tension pneumothorax", by: DepartmentFixture.radiologist)
    func call(_ readBack: Bool) throws -> CriticalResult {
      try fixture.department.call(
        about: result.id, person: "ward 3", means: "telephone", readBack: readBack, by: Self.secretary)
    }
    #expect(try !call(false).isAcknowledged)
    #expect(try fixture.department.openCriticalResults().map(\.result.id) == [result.id])
    #expect(try call(true).isAcknowledged)
    #expect(try fixture.department.openCriticalResults().isEmpty)
    #expect(try fixture.department.criticalResults(ofExam: exam, for: Self.secretary).first?.calls.count == 2)
    #expect(throws: RadiologyError(.forbidden, "")) {
      try fixture.department.raise(.red, exam: exam, finding: "x", by: Self.secretary)
    }
  }

  @Test(arguments: Engine.available) func reportsAreFoundByTheirWords(_ engine: Engine) throws {
    let fixture = try DepartmentFixture(engine)
    let texts = [
      ("en", "No evidence of appendicitis. Two renal cysts."), ("en", "Acute appendicitis, but no perforations."),
      ("fr", "Pas de fracture. Opacités pulmonaires bilatérales."), ("es", "Fracturas costales sin neumotórax."),
      ("it", "Frattura del femore; non versamenti."), ("cs", "Bez známek zlomeniny. Pneumonie pravé plíce."),
    ]
    for (language, text) in texts {
      _ = try fixture.department.report(
        .validate, exam: try Self.exam(fixture), content: Self.content(text, language: language), basedOn: 0,
        by: DepartmentFixture.radiologist)
    }
    func found(_ words: String, affirmed: Bool = false, _ language: String? = nil) throws -> [String] {
      var query = ReportQuery()
      (query.words, query.affirmedOnly, query.language) = (words, affirmed, language)
      return try fixture.department.reports(matching: query).map {
        String($0.report.content.sections[0].text.prefix(6))
      }
    }
    #expect(try found("appendicitis") == ["Acute ", "No evi"])
    #expect(try found("appendicitis", affirmed: true) == ["Acute "])
    #expect(try found("perforation") == ["Acute "] && found("perforation", affirmed: true) == [])
    #expect(try found("cyst", affirmed: true) == ["No evi"])
    #expect(try found("fractures") == ["Fractu", "Pas de"] && found("fracture", affirmed: true) == ["Fractu"])
    #expect(try found("opacite pulmonaire") == ["Pas de"] && found("OPACITÉS", affirmed: true) == ["Pas de"])
    #expect(try found("neumotorax") == ["Fractu"] && found("neumotórax", affirmed: true) == [])
    #expect(try found("fratture") == ["Frattu"])
    #expect(try found("versamento", affirmed: true) == [] && found("versamento") == ["Frattu"])
    #expect(try found("zlomenina") == ["Bez zn"] && found("zlomeniny", affirmed: true) == [])
    #expect(try found("pneumonii") == ["Bez zn"] && found("plicí") == ["Bez zn"])
    #expect(try found("\"renal cysts\"") == ["No evi"] && found("\"cysts renal\"") == [])
    #expect(try found("append*") == ["Acute ", "No evi"] && found("") == [] && found("nothing") == [])
    #expect(try found("a*", "en") == ["Acute ", "No evi"] && found("zl*") == ["Bez zn"])
  }

  /// Behind many newer ones of other languages, by the language alone or by words that differ between languages.
  @Test(arguments: Engine.available) func theNewestOfALanguageAreFound(_ engine: Engine) throws {
    let fixture = try DepartmentFixture(engine)
    let texts: [(String, String, Int)] = [
      ("en", "Nodules, old", 2), ("cs", "Nodule", 1), ("fr", "Nodules, de nouveau", 12), ("it", "Nodule", 1),
    ]
    for (language, text, count) in texts {
      for _ in 0..<count {
        _ = try fixture.department.report(
          .validate, exam: try Self.exam(fixture), content: Self.content(text, language: language), basedOn: 0,
          by: DepartmentFixture.radiologist)
      }
    }
    func found(_ language: String?, offset: Int = 0, limit: Int) throws -> [String] {
      var query = ReportQuery()
      (query.words, query.language, query.offset, query.limit) = ("nodules", language, offset, limit)
      return try fixture.department.reports(matching: query).map(\.report.content.language)
    }
    #expect(try found("en", limit: 1) == ["en"] && found("en", limit: 9) == ["en", "en"])
    #expect(try found("en", offset: 1, limit: 1) == ["en"] && found("en", offset: 2, limit: 1) == [])
    #expect(try found("fr", limit: 20).count == 12 && found("fr", offset: 5, limit: 3).count == 3)
    let all = try found(nil, limit: 50)
    #expect(all.filter { $0 == "en" }.count == 2 && all.filter { $0 == "fr" }.count == 12)
    #expect(try found(nil, offset: 3, limit: 2) == Array(all[3..<5]))
  }
}
