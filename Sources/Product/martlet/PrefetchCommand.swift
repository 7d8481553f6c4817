// SPDX-License-Identifier: Apache-2.0

import Archive
import ArgumentParser
import DICOMCore
import FileCommands
import MartletServer
import Workflow

/// Sends a patient's studies to a node, by its queue.
struct PrefetchCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "prefetch",
    abstract: "Send a patient's newest studies to a node, by its queue.",
    discussion: "For a station or a modality that will want them. Exit code 1 where there is no such study.")

  @Argument(help: "Patient ID.") var patientID: String
  @Option(name: .customLong("to"), help: "AE title of the node.") var destination: String
  @Option(help: "Issuer of Patient ID.") var issuer = ""
  @Option(name: .customLong("modality"), help: "Only studies with this modality; may be given several times.")
  var modalities: [String] = []
  @Option(help: "How many studies at most.") var limit = 5
  @Option(help: "UID of a study that is not wanted, being the one that the others are wanted for.")
  var current: String?
  @OptionGroup var folder: DataFolderOption

  func validate() throws {
    guard (1...100).contains(limit) else { throw ValidationError("The limit must be from 1 to 100.") }
  }

  func run() throws {
    let database = try ServerDatabase(folder.open())
    guard try database.nodes.node(aeTitle: destination) != nil else {
      throw CommandFailure("there is no node \(destination)")
    }
    let jobs = try database.prefetch.jobs(
      .init(
        patientID: patientID, issuer: issuer, modalities: modalities, limit: limit,
        current: current.map { UID($0) }), to: destination)
    if jobs.isEmpty { throw CommandFailure("there is no such study of patient \(patientID)") }
    try database.jobs.add(jobs, consuming: nil, now: Clock.now())
    let count = jobs.reduce(0) { $0 + $1.items.count }
    print("\(jobs.count) studies with \(count) instances are queued for \(destination)")
  }
}
