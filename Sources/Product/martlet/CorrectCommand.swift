// SPDX-License-Identifier: Apache-2.0

import Archive
import ArgumentParser
import DICOMCore
import FileCommands
import Foundation
import MartletServer

/// Corrections of what the archive says, beside the originals.
struct Correct: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Merge and correct patients, move studies and series, reject images; all of it can be undone.",
    discussion: """
      Works on the data folder, whether its server runs or not. The stored objects stay as they came: a correction is \
      a record beside them that is applied on every way out. A patient is written as ID, or as ID:ISSUER.
      """,
    subcommands: [
      Merge.self, Update.self, Move.self, Reject.self, Choose.self, Undo.self, CorrectionList.self,
    ])

  struct Merge: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Say that one patient's images are another's.")

    @Argument(help: "The patient that is given up.") var patient: PatientArgument
    @Argument(help: "The patient that stays.") var into: PatientArgument
    @OptionGroup var values: CorrectedValueOptions
    @OptionGroup var options: CorrectionOption

    func run() throws {
      try options.perform { try $0.merge(patient.key, into: into.key, values: values.values, by: $1) }
    }
  }

  struct Update: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Give attributes of a patient, a study or a series other values.")

    @OptionGroup var scope: ScopeOptions
    @OptionGroup var values: CorrectedValueOptions
    @OptionGroup var options: CorrectionOption

    func run() throws {
      try options.perform { try $0.update(scope.scope, values: values.values, by: $1) }
    }
  }

  struct Move: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Make a study another patient's, or put a study or series into another study.")

    @OptionGroup var scope: ScopeOptions
    @Option(help: "The patient whose study it is; an unknown one needs --set PatientName=…") var toPatient:
      PatientArgument?
    @Option(help: "The study into which it goes.") var intoStudy: String?
    @OptionGroup var values: CorrectedValueOptions
    @OptionGroup var options: CorrectionOption

    func validate() throws {
      guard (toPatient == nil) != (intoStudy == nil) else {
        throw ValidationError("Give either --to-patient or --into-study.")
      }
      if toPatient != nil, scope.study == nil || scope.series != nil {
        throw ValidationError("A whole study goes to another patient: give --study alone.")
      }
    }

    func run() throws {
      try options.perform { corrections, corrector in
        if let intoStudy { return try corrections.move(scope.scope, into: UID(intoStudy), by: corrector) }
        return try corrections.move(
          study: UID(scope.study ?? ""), to: toPatient?.key ?? PatientKey(id: ""), values: values.values,
          by: corrector)
      }
    }
  }

  struct Reject: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Reject images: they are not found and not given out any more.")

    @OptionGroup var scope: ScopeOptions
    @Option(help: "113001 quality, 113037 patient safety, 113038 wrong worklist entry, 113039 retention expired.")
    var code: String
    @OptionGroup var options: CorrectionOption

    func run() throws {
      guard let reason = RejectionReason(rawValue: code) else {
        throw ValidationError("\(code) is not a reason for a rejection.")
      }
      try options.perform { try $0.reject(scope.scope, for: reason, by: $1) }
    }
  }

  struct Choose: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Make another version of an instance, of which several arrived, the current one.")

    @Argument(help: "SOP Instance UID.") var instance: String
    @Argument(help: "Number of the version, as they arrived.") var version: Int
    @OptionGroup var options: CorrectionOption

    func run() throws {
      try options.perform { try $0.choose(version: version, of: UID(instance), by: $1) }
    }
  }

  struct Undo: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Undo a correction: all is as if it had never been made.")

    @Argument(help: "Name of the correction, as the list shows it.") var name: String
    @OptionGroup var options: CorrectionOption

    func run() throws { try options.perform { try $0.undo(name, by: $1) } }
  }
}
