// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import DICOMCore
import DICOMDictionary
import DICOMFile
import DICOMNIO
import DICOMNetwork
import DICOMServices
import FileCommands

/// Modality worklist as SCU: what is scheduled?
struct Worklist: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Ask a modality worklist what is scheduled (C-FIND).",
    discussion: """
      Prints a table, or the entries in the DICOM JSON model. All attributes that a modality needs are asked for; \
      --key adds others, those of the scheduled step as ScheduledProcedureStepSequence.Modality=CT.
      """)

  @OptionGroup var peer: PeerOptions
  @Option(help: "Scheduled Station AE Title.") var station: String?
  @Option(help: "Start date or range of dates: 20260131, 20260101-20260131, 20260131-.") var date: String?
  @Option(help: "Start time or range of times: 0800-1200.") var time: String?
  @Option(help: "Modality, such as CT.") var modality: String?
  @Option(help: "Patient ID.") var patient: String?
  @Option(help: "Patient's Name, with wildcards: DOE*.") var name: String?
  @Option(help: "Accession Number.") var accession: String?
  @Option(name: .shortAndLong, help: ArgumentHelp("Another key, with a value or without.", valueName: "key[=value]"))
  var key: [QueryKeyOption] = []
  @Option(help: "Specific Character Set of the question, such as ISO_IR 100.") var charset: String?
  @Option(help: "Cancel the query after so many entries.") var limit: Int?

  func run() async throws {
    let sopClass = UID.modalityWorklistInformationModelFind
    let association = try await peer.connect(
      PresentationContext.numbered([
        (sopClass, [TransferSyntax.explicitVRLittleEndian.uid, TransferSyntax.implicitVRLittleEndian.uid])
      ]))
    let found = try await WorklistQuestion.answers(
      to: identifier(), sopClass: sopClass, on: association, limit: limit)
    await peer.release(association)
    if peer.json {
      print(String(decoding: DICOMJSON.encode(found), as: UTF8.self))
    } else {
      printTable(found)
    }
  }

  private func identifier() -> DataSet {
    let given = [station, date, time, modality, patient, name, accession].compactMap { $0 } + key.map(\.value)
    var identifier = WorklistQuestion.identifier(for: given, characterSet: charset)
    var step = DataSet(inheritedCharacterSet: identifier.characterSet)
    WorklistQuestion.put(Self.stepKeys, in: &step)
    WorklistQuestion.put(Self.rootKeys, in: &identifier)
    WorklistQuestion.match(
      [
        (.scheduledStationAETitle, station), (.scheduledProcedureStepStartDate, date),
        (.scheduledProcedureStepStartTime, time), (.modality, modality),
      ], in: &step)
    identifier.set(.scheduledProcedureStepSequence, items: [step])
    WorklistQuestion.match(
      [(.patientID, patient), (.patientName, name), (.accessionNumber, accession)], in: &identifier)
    for key in key { key.apply(to: &identifier) }
    return identifier
  }

  private static let stepKeys: [Tag] = [
    .modality, .requestedContrastAgent, .scheduledStationAETitle, .scheduledProcedureStepStartDate,
    .scheduledProcedureStepStartTime, .scheduledPerformingPhysicianName, .scheduledProcedureStepDescription,
    .scheduledProtocolCodeSequence, .scheduledProcedureStepID, .scheduledStationName, .scheduledProcedureStepLocation,
    .preMedication, .scheduledProcedureStepStatus,
  ]
  private static let rootKeys: [Tag] = [
    .accessionNumber, .referringPhysicianName, .referencedStudySequence, .referencedPatientSequence, .patientName,
    .patientID, .issuerOfPatientID, .patientBirthDate, .patientSex, .patientWeight, .medicalAlerts, .allergies,
    .pregnancyStatus, .studyInstanceUID, .requestingPhysician, .requestedProcedureDescription,
    .requestedProcedureCodeSequence, .admissionID, .specialNeeds, .currentPatientLocation, .patientState,
    .requestedProcedureID, .requestedProcedurePriority, .patientTransportArrangements,
    .confidentialityConstraintOnPatientDataDescription,
  ]

  private func printTable(_ entries: [DataSet]) {
    let step = "ScheduledProcedureStepSequence."
    let names = [
      step + "ScheduledProcedureStepStartDate", step + "ScheduledProcedureStepStartTime", step + "Modality",
      step + "ScheduledStationAETitle", "PatientName", "PatientID", "AccessionNumber",
      step + "ScheduledProcedureStepID", "RequestedProcedureDescription",
    ]
    let columns = names.compactMap { QueryKeyOption(argument: $0) }
    let header = ["Date", "Time", "Mod", "Station", "Patient", "Patient ID", "Accession", "Step", "Procedure"]
    WorklistQuestion.printTable(header, entries.map { entry in columns.map { $0.text(in: entry) } })
    complain("\(entries.count) entries")
  }
}
