// SPDX-License-Identifier: Apache-2.0

import Archive
import ArgumentParser
import DICOMCore
import FileCommands
import Foundation
import Logging
import MartletServer
import Trust

/// A patient as `ID` or `ID:ISSUER`.
struct PatientArgument: ExpressibleByArgument {
  let key: PatientKey

  init?(argument: String) {
    let parts = argument.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
    guard !parts[0].isEmpty else { return nil }
    key = PatientKey(id: parts[0], issuer: parts.count > 1 ? parts[1] : "")
  }
}

/// What a correction is about.
struct ScopeOptions: ParsableArguments {
  @Option(help: "The patient.") var patient: PatientArgument?
  @Option(help: "Study Instance UID.") var study: String?
  @Option(help: "Series Instance UID, with --study.") var series: String?
  @Option(name: .customLong("instance"), help: "SOP Instance UID; may be given several times.")
  var instances: [String] = []

  func validate() throws {
    let given = [patient != nil, study != nil, !instances.isEmpty].filter { $0 }.count
    guard given == 1, series == nil || study != nil else {
      throw ValidationError("Give one of --patient, --study with or without --series, --instance.")
    }
  }

  var scope: CorrectionScope {
    if let patient { return .patient(patient.key) }
    if !instances.isEmpty { return .instances(instances.map { UID($0) }) }
    let study = UID(study ?? "")
    return series.map { .series(study: study, series: UID($0)) } ?? .study(study)
  }
}

/// `--set KEYWORD=value`.
struct CorrectedValueOptions: ParsableArguments {
  @Option(
    name: .customLong("set"), help: "A value, as PatientName=DOE^JANE; may be given several times.")
  var settings: [String] = []

  func validate() throws { _ = try read() }

  var values: [CorrectedValue] { (try? read()) ?? [] }

  private func read() throws -> [CorrectedValue] {
    try settings.map { text in
      let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
      guard parts.count == 2, let value = CorrectedValue(keyword: parts[0], text: parts[1]) else {
        throw ValidationError("\"\(text)\" is not KEYWORD=value with a keyword of the data dictionary.")
      }
      return value
    }
  }
}

/// What all commands share that write a record.
struct CorrectionOption: ParsableArguments {
  @Option(help: "Why, for those who read the record.") var comment = ""
  @Flag(help: "Print the record as JSON.") var json = false
  @OptionGroup var folder: DataFolderOption

  /// Makes a correction, and says so in the audit trail.
  func perform(_ act: (Corrections, Corrector) throws -> Correction) throws {
    let (database, corrections) = try open()
    let made: Correction
    do {
      made = try act(corrections, Corrector(NSUserName(), comment))
    } catch let error as CorrectionError {
      throw CommandFailure(error.reason)
    }
    try tell(database, "Patient Record", made)
    print(json ? String(decoding: made.json, as: UTF8.self) : made.name)
  }

  func open() throws -> (ServerDatabase, Corrections) {
    let data = try folder.open()
    let settings = try data.settings()
    let database = try ServerDatabase(data, settings)
    let parts = try ServerArchive(data, settings, database, logger: Logger(label: "martlet"))
    return (database, parts.corrections)
  }

  func tell(_ database: ServerDatabase, _ event: String, _ correction: Correction) throws {
    try database.journal.append([
      AuditEvent(
        at: Clock.now(), event: event, actor: NSUserName(), address: "console",
        object: "\(correction.kind.rawValue) \(correction.name)")
    ])
  }
}
