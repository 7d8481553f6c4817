// SPDX-License-Identifier: Apache-2.0

import DICOMCore
import DICOMDictionary
import DICOMObjects

extension Department {
  /// The newest visible version of an exam's report as a DICOM document (Basic Text SR, TID 2000), in the study of its
  /// images; nil where there is none. The same version gives the same document each time.
  public func reportDocument(ofExam exam: Int64) throws -> DataSet? {
    guard let document = try document(ofExam: exam) else { return nil }
    do {
      return try document.dataSet(citing: document.keyImages)
    } catch is ObjectError {
      // A citation that no document can hold does not keep the report out of the archive.
      return try document.dataSet(citing: [])
    }
  }

  /// A CDA of the newest visible version as Encapsulated CDA in the study of its images; nil where there is none.
  public func encapsulatedReport(ofExam exam: Int64, cda: [UInt8]) throws -> DataSet? {
    try document(ofExam: exam)?.encapsulated(.cda, cda)
  }

  /// The pages of the newest visible version as Encapsulated PDF in the study of its images; nil where there is none.
  public func encapsulatedReport(ofExam exam: Int64, pdf: [UInt8]) throws -> DataSet? {
    try document(ofExam: exam)?.encapsulated(.pdf, pdf)
  }

  private func document(ofExam exam: Int64) throws -> ReportDocument? {
    try store.read { tables in
      let versions = try tables.visibleVersions(ofExam: exam)
      guard let version = versions.last, let order = try tables.order(ofProcedure: exam),
        let procedure = order.procedures.first(where: { $0.id == exam }),
        let patient = try tables.patient(id: order.patient)
      else { return nil }
      let images = try tables.links(ofExam: exam).first { $0.state == .matched }
      return ReportDocument(
        versions: versions, version: version, order: order, procedure: procedure, patient: patient, images: images,
        template: try tables.template(name: version.content.template))
    }
  }
}

/// A version of a report in the terms of PS3.16 TID 2000.
struct ReportDocument {
  /// Series Number of the reports of a study, out of the way of modalities.
  private static let seriesNumber = 9900

  let versions: [ReportVersion]
  let version: ReportVersion
  let order: Order
  let procedure: RequestedProcedure
  let patient: PatientRecord
  let images: StudyLink?
  /// Names the fields.
  let template: ReportTemplate?

  private var study: UID { UID(images?.facts.studyInstanceUID ?? procedure.studyInstanceUID) }
  /// The reports of an exam are one series, named after the first.
  private var series: UID { UID((versions.first?.sopInstanceUID ?? version.sopInstanceUID) + ".1") }

  private var time: Timestamp {
    let written = LocalDateTime(microseconds: version.at)
    return Timestamp(date: written.date, time: written.time)
  }

  private var context: ObjectContext {
    ObjectContext(
      patient: DICOMObjects.Patient(
        name: patient.name, id: patient.primaryIdentifier.value, birthDate: patient.birthDate, sex: patient.sex),
      study: Study(
        uid: study, date: images?.facts.date ?? "", accessionNumber: order.accession.value,
        referringPhysician: order.request.referringPhysician, description: procedure.description),
      series: Series(
        uid: series, number: Self.seriesNumber, description: "Report", date: time.date, time: time.time),
      equipment: Equipment(manufacturer: "Martlet", modelName: "Martlet", serialNumber: "1", softwareVersion: "1"),
      instance: UID(version.sopInstanceUID), instanceNumber: version.number, created: time)
  }

  /// The same version as CDA or PDF, in a series of its own.
  func encapsulated(_ kind: EncapsulatedDocument.Kind, _ bytes: [UInt8]) throws -> DataSet {
    let isPDF = kind == .pdf
    var context = context
    context.series = Series(
      uid: UID((versions.first?.sopInstanceUID ?? version.sopInstanceUID) + (isPDF ? ".6" : ".4")),
      number: Self.seriesNumber + (isPDF ? 2 : 1), description: isPDF ? "Report (PDF)" : "Report (CDA)",
      date: time.date, time: time.time)
    context.instance = UID(version.sopInstanceUID + (isPDF ? ".5" : ".3"))
    var document = EncapsulatedDocument(
      context: context, kind: kind, content: ByteSlice(bytes), title: procedure.description,
      concept: CodedConcept("18748-4", "LN", "Diagnostic imaging study"))
    if !isPDF { document.hl7InstanceIdentifier = version.sopInstanceUID }
    return try document.dataSet()
  }

  func dataSet(citing cited: [ImageReference]) throws -> DataSet {
    let person = "\(version.author)"
    let header = DocumentHeader(
      verifyingObservers: [VerifyingObserver(name: person, organization: "Radiology", dateTime: time.dateTime)],
      predecessors: versions.dropLast().map {
        InstanceReference(
          sopClass: .basicTextSRStorage, sopInstance: UID($0.sopInstanceUID), study: study, series: series)
      },
      requests: [
        ReferencedRequest(
          study: study, accessionNumber: order.accession.value, placerOrderNumber: order.placer.value,
          fillerOrderNumber: order.filler.value, procedureID: procedure.procedureID,
          procedureDescription: procedure.description, procedureCodes: procedure.codes.map(Self.concept))
      ])
    let report = BasicTextReport(
      context: context, observers: [.person(name: person, organization: "Radiology")],
      sections: sections(citing: cited),
      language: version.content.language, proceduresReported: procedure.codes.map(Self.concept), header: header)
    return try report.dataSet()
  }

  private func sections(citing cited: [ImageReference]) -> [BasicTextReport.Section] {
    var sections = version.content.sections.compactMap { section -> BasicTextReport.Section? in
      let paragraphs = section.text.split(whereSeparator: \.isNewline).map(String.init)
        .filter { !$0.allSatisfy(\.isWhitespace) }
      return paragraphs.isEmpty ? nil : BasicTextReport.Section(Self.heading(section.key), paragraphs)
    }
    let fields = version.content.fields.map { field in
      "\(template?.fields.first { $0.key == field.key }?.title ?? field.key): "
        + [field.code?.meaning ?? field.value, field.unit ?? ""].filter { !$0.isEmpty }
        .joined(separator: " ")
    }
    if !fields.isEmpty { sections.append(.init(BasicTextReport.findings, fields)) }
    if !cited.isEmpty, !sections.isEmpty {
      let findings = sections.firstIndex { $0.heading == BasicTextReport.findings } ?? 0
      sections[findings].images = cited
    }
    if version.status == .correction, !version.reason.isEmpty {
      sections.append(.init(BasicTextReport.addendum, ["Corrected: \(version.reason)"]))
    }
    return sections
  }

  /// The images that it shows.
  var keyImages: [ImageReference] {
    version.content.keyImages.map { image in
      ImageReference(
        InstanceReference(
          sopClass: UID(image.sopClassUID), sopInstance: UID(image.sopInstanceUID),
          study: UID(image.studyInstanceUID), series: UID(image.seriesInstanceUID)),
        frames: image.frame.map { [$0] } ?? [])
    }
  }

  private static func heading(_ key: String) -> CodedConcept {
    switch key {
    case "indication": BasicTextReport.indications
    case "technique": BasicTextReport.procedures
    case "comparison": BasicTextReport.previousFindings
    case "history": BasicTextReport.history
    case "impression": BasicTextReport.impressions
    case "recommendation": BasicTextReport.recommendations
    case "conclusion": BasicTextReport.conclusions
    case "addendum": BasicTextReport.addendum
    default: BasicTextReport.findings
    }
  }

  private static func concept(_ code: CodedElement) -> CodedConcept {
    CodedConcept(code.value, code.scheme, code.meaning.isEmpty ? code.value : code.meaning)
  }
}
