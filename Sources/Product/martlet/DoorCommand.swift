// SPDX-License-Identifier: Apache-2.0

import Archive
import ArgumentParser
import DICOMCore
import DICOMFile
import FileCommands
import Foundation
import MartletServer
import Trust
import Workflow

/// What arriving series must say, and what disagrees with it or with the orders.
struct DoorCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "door",
    abstract: "List, add, remove and try the rules for what arriving images must say, and list what disagrees.",
    discussion: """
      A rule is for the series of some senders. What it expects and does not find is listed for a person, who decides \
      in the browser; what it changes is corrected in the archive, beside the originals, and can be undone. Nothing \
      is refused. Works on the data folder, whether its server runs or not; a running server takes changes at once.
      """,
    subcommands: [List.self, Add.self, Remove.self, Test.self, Mismatches.self], defaultSubcommand: List.self)

  struct List: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "List the rules.")

    @OptionGroup var folder: DataFolderOption
    @Flag(help: "Print JSON.") var json = false

    func run() throws {
      let rules = try ServerDatabase(folder.open()).arrivalRules.rules()
      if json { return try printJSON(rules) }
      for rule in rules {
        let conditions = rule.callers.map { "caller \($0)" } + rule.modalities.map { "modality \($0)" }
        let changes = rule.changes.map { "\($0.kind.rawValue) \($0.attribute)" }
        print(
          "\(rule.name)\t\(rule.isEnabled ? "on" : "off")\t\(conditions.joined(separator: ", "))\t"
            + (rule.expected.map(\.text) + changes).joined(separator: ", "))
      }
    }
  }

  struct Add: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Add a rule, or replace the one of this name.",
      discussion: """
        In patterns, * and ? stand for anything, and case does not matter. Changes come before conditions.

          martlet door add ct --caller 'CT*' --expect AccessionNumber --expect 'InstitutionName=General*' \
        --map 'BodyPartExamined:THORAX=CHEST' --fill 'IssuerOfPatientID=HIS'
        """)

    @Argument(help: "Name of the rule.") var name: String
    @Option(name: .customLong("caller"), help: "Pattern of calling AE titles or user names.") var callers: [String] = []
    @Option(name: .customLong("modality"), help: "Modality, such as CT.") var modalities: [String] = []
    @Option(
      name: .customLong("expect"),
      help: "What must hold: Attribute, Attribute=pattern|pattern, or Attribute!=pattern.")
    var tests: [String] = []
    @Option(name: .customLong("set"), help: "Attribute=value, given to what arrives.") var sets: [String] = []
    @Option(name: .customLong("fill"), help: "Attribute=value, given where there is none.") var fills: [String] = []
    @Option(name: .customLong("strip"), help: "Attribute that is emptied.") var strips: [String] = []
    @Option(name: .customLong("map"), help: "Attribute:old=new, where it has the old value.") var maps: [String] = []
    @Flag(help: "Keep it, but do nothing by it.") var off = false
    @OptionGroup var folder: DataFolderOption

    func validate() throws {
      if let fault = try rule().fault { throw ValidationError("The rule cannot be: \(fault).") }
    }

    func run() throws {
      let database = try ServerDatabase(folder.open())
      try database.arrivalRules.save(rule())
      try database.journal.append(
        [
          AuditEvent(
            at: Clock.now(), event: "Security Alert", actor: NSUserName(), address: "console",
            object: "door rule \(name)")
        ])
      print("rule \(name) saved")
    }

    private func rule() throws -> ArrivalRule {
      var rule = ArrivalRule(name: name, isEnabled: !off, callers: callers, modalities: modalities)
      rule.expected = try tests.map { text in
        guard let test = AttributeTest(text) else { throw ValidationError("\"\(text)\" is no condition.") }
        return test
      }
      rule.changes = try AttributeChangeOptions.changes(sets: sets, fills: fills, strips: strips, maps: maps)
      return rule
    }
  }

  struct Remove: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Remove a rule. What it found stays listed.")

    @Argument(help: "Name of the rule.") var name: String
    @OptionGroup var folder: DataFolderOption

    func run() throws {
      guard try ServerDatabase(folder.open()).arrivalRules.removeRule(name: name) else {
        throw CommandFailure("there is no rule \(name)")
      }
      print("rule \(name) removed")
    }
  }

  struct Test: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Show what the rules would say of an object.", discussion: "Exit code 1 where something is not met.")

    @Argument(help: "A DICOM file.") var file: String
    @Option(help: "AE title that would send it.") var caller = ""
    @OptionGroup var folder: DataFolderOption

    func run() throws {
      let object = try Part10File.read(ByteSlice(Array(try Data(contentsOf: URL(fileURLWithPath: file)))))
      let instance = RoutedInstance(dataSet: object.dataSet, sender: caller, arrival: WallClock.moment(Clock.now()))
      var unmet = 0
      for rule in try ServerDatabase(folder.open()).arrivalRules.rules() where rule.matches(instance) {
        var dataSet = object.dataSet
        for value in try rule.corrections(of: dataSet).values.joined() {
          print("\(rule.name)\t\(value.tag)\tcorrected to\t\(value.text)")
          dataSet.set(value.tag, value.vr, value.text)
        }
        for one in rule.unmet(by: dataSet) {
          unmet += 1
          print("\(rule.name)\t\(one.attribute)\t\"\(one.value)\"\texpected: \(one.expected)")
        }
      }
      if unmet > 0 { throw CommandFailure("\(unmet) conditions are not met") }
    }
  }
}
