// SPDX-License-Identifier: Apache-2.0

import Archive
import ClinicalDocuments
import DICOMCore
import DICOMDictionary
import DICOMServices
import DICOMWeb
import HTTPTypes
import Hummingbird
import HummingbirdCore
import Radiology

/// `/fhir/ImagingStudy`: studies of the archive. The id is the Study Instance UID. A search gives them without their
/// series.
enum FHIRStudies {
  @Sendable static func read(_ call: Call) async throws -> Response {
    let uid = UID(try call.decodedComponent("id"))
    guard uid.isWellFormed else { throw Problem.notFound }
    return try await call.blocking {
      guard let study = try StudyCatalogue.study(uid, in: call.services.index),
        let answer = try answers(matching: [(.studyInstanceUID, .UI, uid.rawValue)], 0, 1, call).first
      else { throw Problem.notFound }
      return .fhir(try resource(study, answer, call, counts: nil))
    }
  }

  @Sendable static func search(_ call: Call) async throws -> Response {
    let page = try FHIRPage(call)
    return try await call.blocking {
      let found = try answers(matching: try keys(page, call.department), page.offset, page.count + 1, call)
      return FHIRRoutes.answer(
        call, "ImagingStudy", page,
        try found.map { answer in
          let study = StudyCatalogue.study(answer)
          func number(_ tag: Tag) -> Int { answer.string(tag).flatMap { Int($0) } ?? 0 }
          let counts = (number(.numberOfStudyRelatedSeries), number(.numberOfStudyRelatedInstances))
          return (study.uid, try resource(study, answer, call, counts: counts))
        })
    }
  }

  private typealias Key = (tag: Tag, vr: VR, value: String)

  private static func keys(_ page: FHIRPage, _ department: Department) throws -> [Key] {
    var keys: [Key] = []
    if let id = page.text("_id") { keys.append((.studyInstanceUID, .UI, id)) }
    if let patient = try page.reference("patient", "subject") {
      guard let record = try department.patient(id: patient) else { return [(.studyInstanceUID, .UI, "0")] }
      keys.append((.patientID, .LO, plain(record.primaryIdentifier.value)))
    }
    if let token = page.token("identifier") {
      let isUID = token.value.hasPrefix("urn:oid:")
      keys.append(
        isUID
          ? (.studyInstanceUID, .UI, String(token.value.dropFirst(8)))
          : (.accessionNumber, .SH, plain(token.value)))
    }
    if let started = page.text("started") { keys.append((.studyDate, .DA, range(started))) }
    if let modality = page.token("modality") { keys.append((.modalitiesInStudy, .CS, plain(modality.value))) }
    guard !keys.isEmpty else {
      throw Problem(.badRequest, "Say which studies: _id, patient, identifier, started or modality.")
    }
    return keys
  }

  /// Without wildcards.
  private static func plain(_ text: String) -> String { text.filter { !"*?\\".contains($0) } }

  /// `ge2026-01-01` as a range of DA.
  private static func range(_ text: String) -> String {
    let digits = text.filter(\.isNumber).prefix(8)
    if text.hasPrefix("ge") || text.hasPrefix("gt") { return digits + "-" }
    if text.hasPrefix("le") || text.hasPrefix("lt") { return "-" + digits }
    return String(digits)
  }

  private static func answers(matching keys: [Key], _ offset: Int, _ limit: Int, _ call: Call) throws -> [DataSet] {
    var identifier = DataSet(inheritedCharacterSet: .utf8)
    for key in keys { identifier.set(key.tag, key.vr, key.value) }
    var answers: [DataSet] = []
    try call.services.index.find(IndexQuery(level: .study, identifier: identifier, offset: offset, limit: limit)) {
      answers.append($0)
      return true
    }
    return answers
  }

  private static func resource(
    _ study: ImagingStudy, _ answer: DataSet, _ call: Call, counts: (Int, Int)?
  ) throws -> FHIRResource {
    let order = try call.department.orderOf(study: study.uid)
    let exam = order?.procedures.first { $0.studyInstanceUID == study.uid }
    let patient = ReportPatient(
      identifiers: [Identifier(answer.string(.patientID) ?? "", issuer: answer.string(.issuerOfPatientID) ?? "")],
      name: ReportSubject.name(answer.string(.patientName) ?? ""), birthDate: answer.string(.patientBirthDate) ?? "",
      sex: answer.string(.patientSex) ?? "")
    let modalities = (answer.strings(.modalitiesInStudy) ?? []).filter {
      !$0.isEmpty && !StudyCatalogue.written.contains($0)
    }
    return FHIRImagingStudy(study, of: patient).resource(
      id: study.uid, subject: order.map { "Patient/\($0.patient)" }, basedOn: exam.map { "ServiceRequest/\($0.id)" },
      counts: counts, modalities: modalities)
  }
}
