// SPDX-License-Identifier: Apache-2.0

import Archive
import DICOMCore
import DICOMDictionary
import DICOMMedia
import DICOMWeb
import HTTPTypes
import Hummingbird
import Trust

/// `…/media`: a study, a series, or studies and patients together as a file-set in a ZIP file (PS3.12 Annex V), with
/// DICOMDIR, README.TXT and INDEX.HTM as IHE PDI asks.
enum MediaRoutes {
  /// Instances of a file-set at the most; the directory of so many has some 50 MB.
  static let mostInstances = 100_000
  /// Instances up to which each image has an icon, which takes 5 KB in the directory.
  static let mostIcons = 5_000
  /// Studies that are named in a request at the most.
  static let mostStudies = 200

  static func add(to routes: RouteTable) {
    for path in ["api/v1/studies/:study/media", "api/v1/studies/:study/series/:series/media"] {
      routes.on(.get, RouterPath(stringLiteral: path), needs: .viewImages, records: .exported) { call in
        let instances = try await call.instances()
        return try response(to: call, instances, name: "study")
      }
    }
    routes.on(.get, "api/v1/media", needs: .viewImages, records: .exported) { call in
      let instances = try await call.blocking { try selected(call) }
      return try response(to: call, instances, name: "media")
    }
  }

  /// What `study`, `series`, `patient` and `issuer` of the query name.
  @Sendable private static func selected(_ call: Call) throws -> [StoredInstance] {
    let query = try call.query
    func uids(_ name: String) throws -> [UID] {
      try query.values(name).filter { !$0.isEmpty }.map { text in
        let uid = UID(text)
        guard uid.isWellFormed else { throw WebError(.malformed, "This is no UID.", at: "parameter \(name)") }
        return uid
      }
    }
    var studies = try uids("study")
    let series = try uids("series")
    if let patient = query["patient"], !patient.isEmpty {
      studies += try self.studies(ofPatient: patient, issuer: query["issuer"], call.services.index)
    } else if studies.isEmpty {
      throw WebError(.malformed, "A study or a patient is needed.", at: "parameter study")
    }
    guard studies.count <= mostStudies else {
      throw Problem(.contentTooLarge, "These are more than \(mostStudies) studies.")
    }
    guard !studies.isEmpty else { throw Problem.notFound }
    let instances = try call.services.index.instances(InstanceSelection(studies: studies, series: series))
    guard !instances.isEmpty else { throw Problem.notFound }
    return instances
  }

  /// - Parameter issuer: nil takes the studies of all patients of this ID.
  private static func studies(
    ofPatient id: String, issuer: String?, _ index: any InstanceIndex
  ) throws -> [UID] {
    var query = IndexQuery(level: .study)
    query.identifier.set(.patientID, .LO, id)
    var studies: [UID] = []
    try index.find(query) { answer in
      // An ID is no pattern here.
      guard answer.string(.patientID) == id, issuer == nil || answer.string(.issuerOfPatientID) ?? "" == issuer,
        let study = answer.uid(.studyInstanceUID)
      else { return true }
      studies.append(study)
      return studies.count <= mostStudies
    }
    return studies
  }

  @Sendable private static func response(
    to call: Call, _ instances: [StoredInstance], name: String
  ) throws -> Response {
    guard instances.count <= mostInstances else {
      throw Problem(
        .contentTooLarge, "These are \(instances.count) objects; a medium has \(mostInstances) at the most.")
    }
    let query = try call.query
    let profileName = query["profile"].flatMap { $0.isEmpty ? nil : $0 } ?? ApplicationProfile.generalCD.name
    guard let profile = ApplicationProfile.named(profileName) else {
      throw WebError(.malformed, "There is no such profile.", at: "parameter profile")
    }
    let id = query["id"] ?? ""
    guard FileSetDirectory.isConformant(fileSetID: id) else {
      throw WebError(.malformed, "It has up to 16 of A-Z, 0-9, _ and space.", at: "parameter id")
    }
    for study in Set(instances.map(\.identity.study)) where call.context.parameters.get("study") == nil {
      call.services.trail.exported(study.rawValue, call)
    }
    let hasIcons = query["icons"] != "no" && instances.count <= mostIcons
    let wantsReports = query["reports"] != "no" && call.principal.may(.readReports)
    return .stream(
      type: "application/zip", headers: [.contentDisposition: "attachment; filename=\"\(name).zip\""]
    ) { body in
      let export = MediaExport(
        call: call, instances: instances, profile: profile, fileSetID: id, hasIcons: hasIcons)
      try await export.write(to: body, withReports: wantsReports)
    }
  }
}
