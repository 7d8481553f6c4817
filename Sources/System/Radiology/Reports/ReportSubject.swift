// SPDX-License-Identifier: Apache-2.0

import ClinicalDocuments

/// What a report is of, with all that documents say of it.
public struct ReportSubject: Sendable {
  public var order: Order
  public var exam: RequestedProcedure
  public var patient: PatientRecord
  /// The images that were read; nil where none are attached.
  public var images: StudyFacts?

  /// Nil where there is no such exam.
  public init?(ofExam id: Int64, in tables: any RadiologyTables) throws {
    guard let order = try tables.order(ofProcedure: id), let exam = order.procedures.first(where: { $0.id == id }),
      let patient = try tables.patient(id: order.patient)
    else { return nil }
    self.order = order
    self.exam = exam
    self.patient = patient
    images = try tables.links(ofExam: id).first { $0.state == .matched }?.facts
  }

  /// Of the images, else the one that was made for them.
  public var studyInstanceUID: String { images?.studyInstanceUID ?? exam.studyInstanceUID }

  /// A version as documents are made of it.
  /// - Parameters:
  ///   - versions: all that the reader may see, oldest first.
  ///   - personName: PN of a user.
  public func report(
    _ version: ReportVersion, of versions: [ReportVersion], by institution: Institution,
    personName: (String) -> String
  ) -> ImagingReport {
    let first = versions.first { !$0.sopInstanceUID.isEmpty } ?? version
    let issued = Self.moment(version.at)
    let person = ReportPerson(
      identifier: Identifier(version.author, issuer: institution.uid), name: Self.name(personName(version.author)),
      at: issued)
    var report = ImagingReport(
      uid: version.sopInstanceUID, setUID: first.sopInstanceUID + ".2", version: version.number,
      status: Self.status(version.status), title: exam.description.isEmpty ? "Report" : exam.description,
      issued: issued,
      patient: ReportPatient(
        identifiers: patient.identifiers.map { Identifier($0.value, issuer: $0.issuer) },
        name: Self.name(patient.name), birthDate: patient.birthDate, sex: patient.sex),
      author: person,
      organization: ReportOrganization(
        identifier: Identifier(institution.name, issuer: institution.uid), name: institution.name))
    report.previousUID = versions.last { $0.number < version.number && $0.status.isVisible }?.sopInstanceUID ?? ""
    report.language = version.content.language
    if version.status.isVisible { report.authenticator = person }
    report.order.placer = Identifier(order.placer.value, issuer: order.placer.issuer)
    report.order.accession = Identifier(order.accession.value, issuer: order.accession.issuer)
    report.order.procedure = exam.codes.first.map { Self.code($0, exam.description) }
    report.sections = Self.sections(version)
    report.studies = [
      ImagingStudy(
        uid: studyInstanceUID, accession: report.order.accession,
        started: images.flatMap { DateTime(date: $0.date) }, description: exam.description)
    ]
    return report
  }

  /// The local time at a moment, with its offset from UTC.
  public static func moment(_ microseconds: Int64) -> DateTime {
    let local = LocalDateTime(microseconds: microseconds)
    let offset = local.minute - microseconds / 60_000_000
    return DateTime(date: local.date, time: local.time, offset: Int(offset)) ?? epoch
  }

  private static var epoch: DateTime {
    guard let value = DateTime(date: "19700101") else { preconditionFailure("the epoch is a date") }
    return value
  }

  private static func status(_ status: ReportStatus) -> ClinicalDocuments.ReportStatus {
    switch status {
    case .draft, .preliminary, .signed: .preliminary
    case .validated: .final
    case .addendum: .amended
    case .correction: .corrected
    }
  }

  /// The alphabetic group of a PN.
  public static func name(_ name: String) -> ReportName {
    let group = name.split(separator: "=", omittingEmptySubsequences: false).first ?? ""
    let parts = group.split(separator: "^", omittingEmptySubsequences: false).map(String.init)
    func part(_ index: Int) -> String { index < parts.count ? parts[index] : "" }
    return ReportName(
      family: part(0), given: [part(1), part(2)].filter { !$0.isEmpty }.joined(separator: " "), prefix: part(3))
  }

  /// A code of a system that is not registered has its name for a URI.
  public static func code(_ code: CodedElement, _ text: String) -> Code {
    let system: CodeSystem =
      switch code.scheme {
      case "LN": .loinc
      case "SCT", "SRT": .snomed
      case "DCM": .dcm
      default: CodeSystem(uid: "2.16.840.1.113883.3.0", uri: "urn:local:\(escaped(code.scheme))", name: code.scheme)
      }
    return Code(code.value, code.meaning.isEmpty ? text : code.meaning, system)
  }

  private static func escaped(_ text: String) -> String {
    text.unicodeScalars.map { scalar in
      let isPlain = scalar.isASCII && (scalar.properties.isAlphabetic || ("0"..."9").contains(scalar))
      return isPlain ? String(scalar) : "-"
    }.joined()
  }

  private static func sections(_ version: ReportVersion) -> [ReportSection] {
    var sections = version.content.sections.filter { !$0.text.allSatisfy(\.isWhitespace) }.map {
      ReportSection(code: heading($0.key), title: $0.title.isEmpty ? $0.key : $0.title, text: $0.text)
    }
    let fields = version.content.fields.map { field in
      "\(field.key): "
        + [field.code?.meaning ?? field.value, field.unit ?? ""].filter { !$0.isEmpty }.joined(separator: " ")
    }
    if !fields.isEmpty {
      sections.append(
        ReportSection(code: ReportSection.findings, title: "Values", text: fields.joined(separator: "\n")))
    }
    if version.status == .correction, !version.reason.isEmpty {
      sections.append(ReportSection(code: ReportSection.addendum, title: "Correction", text: version.reason))
    }
    return sections
  }

  private static func heading(_ key: String) -> Code {
    switch key {
    case "indication": ReportSection.indication
    case "technique": ReportSection.technique
    case "comparison": ReportSection.comparison
    case "history": Code("11329-0", "History general", .loinc)
    case "impression": ReportSection.impression
    case "recommendation": Code("18783-1", "Radiology Study recommendation (narrative)", .loinc)
    case "conclusion": Code("55110-1", "Conclusions", .loinc)
    case "addendum": ReportSection.addendum
    default: ReportSection.findings
    }
  }
}

/// Who issues reports.
public struct Institution: Sendable, Hashable {
  public var name: String
  /// OID; empty where it has none.
  public var uid: String

  public init(name: String = "Radiology", uid: String = "") {
    self.name = name
    self.uid = uid
  }
}
