// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import DICOMCore
import DICOMDictionary
import DICOMNIO
import DICOMNetwork
import DICOMServices
import FileCommands
import Foundation

/// C-GET: fetches objects over the association that asks for them.
struct Get: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Fetch objects from a DICOM archive (C-GET).",
    discussion: """
      Objects are written as they come, into <SOP instance UID>.dcm. Without --sop-class the archive is asked first \
      which SOP classes the study has. Exit code 1 when any object did not come.
      """)

  @OptionGroup var peer: PeerOptions
  @OptionGroup var query: IdentifierOptions
  @Option(name: .shortAndLong, help: "Folder to write to; made when it is not there.") var output: String
  @Option(help: "Storage SOP class UID to propose; may be given several times.") var sopClass: [String] = []
  @Option(help: "Transfer syntax UID to propose; may be given several times.") var transferSyntax: [String] = []

  func run() async throws {
    var sopClasses = sopClass.map { UID($0) }
    if sopClasses.isEmpty { sopClasses = await sopClassesInStudy() }
    let syntaxes = transferSyntax.isEmpty ? GetContexts.defaultTransferSyntaxes : transferSyntax.map { UID($0) }
    let proposal = GetContexts(model: query.model, sopClasses: sopClasses, transferSyntaxes: syntaxes)
    let isVerbose = peer.verbose
    let store = try FolderStore(output) { received in
      if isVerbose { complain("\(received.file): \(received.bytes) bytes") }
    }
    let association = try await peer.connect(
      proposal.contexts, roles: proposal.roles, for: query, query.model.getSOPClass)
    let isShown = !peer.json && !peer.verbose && isatty(STDERR_FILENO) == 1
    let result = try await association.get(query.identifier(), model: query.model, into: store) { counts in
      let done = (counts.completed ?? 0) + (counts.failed ?? 0) + (counts.warning ?? 0)
      ProgressLine(total: done + (counts.remaining ?? 0), isShown: isShown).show(done, "received")
    }
    if isShown { complain("") }
    await peer.release(association)
    try RetrieveReport(result, of: .cGetRQ, written: store.written).finish(result, json: peer.json)
  }

  /// SOP Classes in Study (0008,0062) of the studies that are fetched; empty where the archive does not tell.
  private func sopClassesInStudy() async -> [UID] {
    var identifier = DataSet()
    identifier.set(.queryRetrieveLevel, .CS, QueryRetrieveLevel.study.rawValue)
    for tag in [Tag.patientID, .studyInstanceUID] {
      let value = query.identifier().strings(tag) ?? []
      identifier.set(tag, DataDictionary.vr(for: tag) ?? .LO, value)
    }
    guard identifier[.studyInstanceUID]?.isEmpty == false || identifier[.patientID]?.isEmpty == false else { return [] }
    identifier.set(DataElement(tag: .sopClassesInStudy, vr: .UI, value: .bytes(.empty)))
    let contexts = PresentationContext.numbered([
      (
        QueryRetrieveModel.studyRoot.findSOPClass,
        [TransferSyntax.explicitVRLittleEndian.uid, TransferSyntax.implicitVRLittleEndian.uid]
      )
    ])
    if let view = query.view { identifier.set(.queryRetrieveView, .CS, view.rawValue) }
    do {
      let extended = query.negotiations(QueryRetrieveModel.studyRoot.findSOPClass)
      let association = try await peer.connect(contexts, extended: extended)
      var classes: Set<UID> = []
      for try await match in try await association.find(identifier, model: .studyRoot) {
        classes.formUnion((match.strings(.sopClassesInStudy) ?? []).map { UID($0) })
      }
      await peer.release(association)
      return classes.filter(\.isValid).sorted()
    } catch {
      if peer.verbose { complain("SOP classes in study: \(error)") }
      return []
    }
  }
}
