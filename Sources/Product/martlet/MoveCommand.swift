// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import DICOMCore
import DICOMNIO
import DICOMNetwork
import DICOMServices
import FileCommands
import Foundation

/// C-MOVE: lets an archive send to a third node.
struct Move: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Let a DICOM archive send objects to a node it knows (C-MOVE).",
    discussion: "Exit code 1 when any object was not sent.")

  @OptionGroup var peer: PeerOptions
  @Option(help: "AE title of the node that receives; the archive must know its address.") var destination: String
  @OptionGroup var query: IdentifierOptions

  func validate() throws {
    guard PeerOptions.isAETitle(destination) else { throw ValidationError("'\(destination)' is no AE title.") }
  }

  func run() async throws {
    let contexts = PresentationContext.numbered([
      (
        query.model.moveSOPClass,
        [TransferSyntax.explicitVRLittleEndian.uid, TransferSyntax.implicitVRLittleEndian.uid]
      )
    ])
    let association = try await peer.connect(contexts, for: query, query.model.moveSOPClass)
    let isShown = !peer.json && isatty(STDERR_FILENO) == 1
    let result = try await association.move(query.identifier(), model: query.model, destination: destination) {
      counts in
      let done = (counts.completed ?? 0) + (counts.failed ?? 0) + (counts.warning ?? 0)
      ProgressLine(total: done + (counts.remaining ?? 0), isShown: isShown).show(done, "sent to \(destination)")
    }
    if isShown { complain("") }
    await peer.release(association)
    try RetrieveReport(result, of: .cMoveRQ).finish(result, json: peer.json)
  }
}
