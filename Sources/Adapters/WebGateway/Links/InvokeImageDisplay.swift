// SPDX-License-Identifier: Apache-2.0

import Archive
import DICOMCore
import DICOMDictionary
import DICOMWeb

/// The request of IHE's Invoke Image Display (RAD TF-2 §4.106): studies by their UIDs or accession numbers, or those of
/// a patient.
struct InvokeImageDisplay: Sendable {
  private enum Subject: Sendable {
    case studies([String])
    case accessions([String])
    case patient(id: String, issuer: String?)
  }

  /// Studies that one request opens.
  static let maximumStudies = 50

  private let subject: Subject
  /// Of a patient: modalities, bounds of the study date, and how many of the latest.
  private let modalities: [String]
  private let from: String
  private let to: String
  private let mostRecent: Int?

  init(parameters: QueryParameters) throws(WebError) {
    func values(_ name: String) -> [String] {
      (parameters[name] ?? "").split(separator: ",").map { $0.filter { $0 != " " } }.filter { !$0.isEmpty }
    }
    let (studies, accessions) = (values("studyUID"), values("accessionNumber"))
    switch parameters["requestType"] {
    case "STUDY" where !studies.isEmpty:
      guard studies.allSatisfy({ UID($0).isWellFormed }), studies.count <= Self.maximumStudies else {
        throw WebError(.malformed, "They are UIDs, at most \(Self.maximumStudies).", at: "parameter studyUID")
      }
      subject = .studies(studies)
    case "STUDY" where !accessions.isEmpty && accessions.count <= Self.maximumStudies:
      subject = .accessions(accessions)
    case "STUDY":
      throw WebError(.malformed, "One of studyUID and accessionNumber is needed.", at: "parameter studyUID")
    case "PATIENT":
      guard let text = parameters["patientID"], !text.isEmpty else {
        throw WebError(.malformed, "It is missing.", at: "parameter patientID")
      }
      // CX: identifier, and behind three hats its assigning authority.
      let parts = text.split(separator: "^", omittingEmptySubsequences: false).map(String.init)
      let issuer = parts.count > 3 ? parts[3].split(separator: "&").first.map(String.init) : nil
      subject = .patient(id: parts[0], issuer: issuer)
    default: throw WebError(.malformed, "It is STUDY or PATIENT.", at: "parameter requestType")
    }
    modalities = values("modalitiesInStudy")
    from = try Self.day(parameters, "lowerDateTime")
    to = try Self.day(parameters, "upperDateTime")
    mostRecent = try parameters.integer("mostRecentResults", in: 1...Self.maximumStudies)
  }

  /// The day of a date and time of XML Schema, `YYYYMMDD`; empty where there is none.
  private static func day(_ parameters: QueryParameters, _ name: String) throws(WebError) -> String {
    guard let text = parameters[name], !text.isEmpty else { return "" }
    let digits = text.prefix(10).filter { $0 != "-" }
    guard digits.count == 8, digits.allSatisfy({ $0.isASCII && $0.isNumber }) else {
      throw WebError(.malformed, "It is written YYYY-MM-DDThh:mm:ss.", at: "parameter \(name)")
    }
    return String(digits)
  }

  /// The UIDs of the studies that are here, the newest first. Blocks.
  func studies(in index: any InstanceIndex) throws -> [String] {
    var identifier = DataSet(inheritedCharacterSet: .utf8)
    switch subject {
    case .studies(let uids): identifier.set(.studyInstanceUID, .UI, uids)
    case .accessions(let numbers): return try numbers.flatMap { try find([(.accessionNumber, $0)], index) }
    case .patient(let id, let issuer):
      let known: [(Tag, String)] = [(.patientID, id)]
      return try find(known + (issuer.map { [(.issuerOfPatientID, $0)] } ?? []), index)
    }
    return try find(identifier, index)
  }

  private func find(_ keys: [(Tag, String)], _ index: any InstanceIndex) throws -> [String] {
    var identifier = DataSet(inheritedCharacterSet: .utf8)
    for (tag, value) in keys {
      // What means something in a matching key means nothing here.
      guard !value.contains(where: { "*?\\".contains($0) }) else { return [] }
      identifier.set(tag, tag == .accessionNumber ? .SH : .LO, value)
    }
    if !from.isEmpty || !to.isEmpty { identifier.set(.studyDate, .DA, from + "-" + to) }
    if !modalities.isEmpty { identifier.set(.modalitiesInStudy, .CS, modalities) }
    return try find(identifier, index)
  }

  private func find(_ identifier: DataSet, _ index: any InstanceIndex) throws -> [String] {
    var studies: [String] = []
    let query = IndexQuery(level: .study, identifier: identifier, limit: mostRecent ?? Self.maximumStudies)
    try index.find(query) { answer in
      if let uid = answer.string(.studyInstanceUID) { studies.append(uid) }
      return true
    }
    return studies
  }
}
