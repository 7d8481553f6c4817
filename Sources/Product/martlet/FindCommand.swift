// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import DICOMCore
import DICOMDictionary
import DICOMFile
import DICOMNIO
import DICOMNetwork
import DICOMServices
import FileCommands

/// C-FIND: asks an archive what it has.
struct Find: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Ask a DICOM archive what it has (C-FIND).",
    discussion: """
      Prints a table, or the matches in the DICOM JSON model. Without keys of your own the usual ones of the level \
      are asked for.
      """)

  @OptionGroup var peer: PeerOptions
  @OptionGroup var query: IdentifierOptions
  @Option(help: "Cancel the query after so many matches.") var limit: Int?

  func run() async throws {
    let level = query.chosenLevel
    let keys = query.key.isEmpty ? Self.usualKeys(level) : [level.uniqueKey]
    let contexts = PresentationContext.numbered([
      (
        query.model.findSOPClass,
        [TransferSyntax.explicitVRLittleEndian.uid, TransferSyntax.implicitVRLittleEndian.uid]
      )
    ])
    let association = try await peer.connect(contexts, for: query, query.model.findSOPClass)
    let found = try await association.find(query.identifier(returnKeys: keys), model: query.model)
      .gathered(limit: limit)
    await peer.release(association)
    if peer.json {
      print(String(decoding: DICOMJSON.encode(found), as: UTF8.self))
    } else {
      printTable(found, columns: keys)
    }
  }

  private func printTable(_ matches: [DataSet], columns: [Tag]) {
    var columns = columns.compactMap { QueryKeyOption(argument: $0.hexadecimal) }
    columns.removeAll { column in query.key.contains { $0.path == column.path } }
    columns += query.key
    WorklistQuestion.printTable(
      columns.map(\.label), matches.map { match in columns.map { $0.text(in: match) } })
    complain("\(matches.count) matches")
  }

  private static func usualKeys(_ level: QueryRetrieveLevel) -> [Tag] {
    switch level {
    case .patient: [.patientName, .patientID, .patientBirthDate, .patientSex, .numberOfPatientRelatedStudies]
    case .study:
      [
        .patientName, .patientID, .studyDate, .studyTime, .accessionNumber, .modalitiesInStudy, .studyDescription,
        .numberOfStudyRelatedSeries, .numberOfStudyRelatedInstances, .studyInstanceUID,
      ]
    case .series:
      [.modality, .seriesNumber, .seriesDescription, .numberOfSeriesRelatedInstances, .seriesInstanceUID]
    case .image: [.instanceNumber, .sopClassUID, .rows, .columns, .numberOfFrames, .sopInstanceUID]
    }
  }
}
