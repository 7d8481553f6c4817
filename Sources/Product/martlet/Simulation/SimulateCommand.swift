// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import DICOMCore
import DICOMNIO
import DICOMNetwork
import FileCommands
import Foundation

/// Plays the devices of a department.
struct Simulate: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Play the devices of a department against any server.",
    subcommands: [SimulateHospital.self, SimulateModalities.self])
}

/// Modalities that examine made-up patients.
struct SimulateModalities: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "modalities",
    abstract: "Play modalities: worklist, performed steps, images, dose reports, commitment.",
    discussion: """
      Each modality calls as SIM_CT, SIM_MR, … and examines one patient after another, out of the worklist or made \
      up; the pictures show a phantom. Exit code 1 when anything was refused. Without --studies or --minutes each \
      modality makes one study.
      """)

  @OptionGroup var peer: PeerOptions
  @Option(
    name: .customLong("modality"), parsing: .upToNextOption,
    help: "Which modalities: \(SimulatedModality.allCases.map(\.rawValue).joined(separator: ", ")); all by default.")
  var modalities: [SimulatedModality] = []
  @Option(help: "Studies of each modality in a minute; 0 for one after the other.") var rate = 0.0
  @Option(help: "Studies that each modality makes.") var studies: Int?
  @Option(help: "How long it goes on, in minutes.") var minutes: Double?
  @Option(help: "Images of each study; what is usual by default.") var images: Int?
  @Option(help: "Divides rows and columns, for smaller images.") var reduction = 1
  @Option(help: "Makes the same patients and pictures again.") var seed: UInt64?
  @Flag(help: "Take patients from the worklist, where it has some for the modality today.") var worklist = false
  @Flag(help: "Tell of performed procedure steps.") var mpps = false
  @Flag(help: "Ask for commitment of what was sent, and wait for the answer.") var commit = false
  @Flag(inversion: .prefixedNo, help: "Send dose reports of what uses X-rays.") var dose = true

  func validate() throws {
    guard rate >= 0, rate <= 6000 else { throw ValidationError("A rate is from 0 to 6000 in a minute.") }
    guard (1...64).contains(reduction) else { throw ValidationError("Images are divided by 1 to 64.") }
    guard images.map({ (1...5000).contains($0) }) ?? true else {
      throw ValidationError("A study has 1 to 5000 images.")
    }
    guard studies.map({ $0 > 0 }) ?? true, minutes.map({ $0 > 0 }) ?? true else {
      throw ValidationError("Studies and minutes are above 0.")
    }
  }

  func run() async throws {
    var options = self
    if studies == nil, minutes == nil { options.studies = 1 }
    let chosen = modalities.isEmpty ? SimulatedModality.allCases : modalities
    let first = seed ?? UInt64.random(in: 1...UInt64.max)
    let start = ContinuousClock.now
    let reports = await withTaskGroup(of: ModalityReport.self) { [options] group in
      for (index, modality) in chosen.enumerated() {
        group.addTask {
          var run = ModalityRun(modality, options, seed: first &+ UInt64(index) &* 1_000_003)
          await run.run()
          return run.report
        }
      }
      return await group.reduce(into: [ModalityReport]()) { $0.append($1) }
    }
    try show(reports.sorted { $0.modality < $1.modality }, seconds: (ContinuousClock.now - start) / .seconds(1))
    if reports.contains(where: { !$0.failures.isEmpty }) { throw ExitCode(1) }
  }

  /// An association as a modality makes it.
  func connect(_ modality: SimulatedModality, _ classes: [(UID, [UID])]) async throws -> Association {
    var caller = peer
    caller.calling = modality.aeTitle
    return try await caller.connect(PresentationContext.numbered(classes))
  }

  private func show(_ reports: [ModalityReport], seconds: Double) throws {
    if peer.json { return try printJSON(reports) }
    for report in reports {
      print(
        "\(report.modality)\t\(report.studies) studies, \(report.instances) instances, \(report.bytes / 1_000_000) MB"
          + (worklist ? ", \(report.fromWorklist) from the worklist" : "") + (mpps ? ", \(report.steps) steps" : "")
          + (commit ? ", \(report.committed) committed" : ""))
      for failure in report.failures { complain("\(report.modality): \(failure)") }
    }
    let total = reports.reduce(0) { $0 + $1.instances }
    print("\(total) instances in \(Int(seconds.rounded())) s")
  }
}
