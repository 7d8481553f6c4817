// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import DICOMCore
import DICOMDictionary
import DICOMFile
import Foundation

/// `martlet edit`: changes attributes of DICOM files.
struct Edit: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "edit",
    abstract: "Set, insert and erase attributes of DICOM files.",
    discussion: """
      A path names an attribute: a keyword, (gggg,eeee) or (gggg,"CREATOR",ee), items in brackets from 0, [*] for all \
      of them. Changes are made in this order: erasures, insertions, settings, new UIDs. What is not touched is \
      written \
      as it was read. A file is replaced in one step when its new form is whole; --output keeps the original.

      martlet edit image.dcm --set PatientName=Doe^Jane --erase PatientComments
      martlet edit *.dcm --set 'RequestAttributesSequence[0].ScheduledProcedureStepID=17' --output changed
      martlet edit -r study --new-uids study,series,instance --output copy
      martlet edit image.dcm --set '(0029,"ACME",10):LO=text' --insert 'ProcedureCodeSequence[0]'
      """)

  @Argument(help: "Files to change, folders with --recursive.")
  var files: [String]

  @Flag(name: .shortAndLong, help: "Change the files of folders and of the folders in them.")
  var recursive = false

  @Option(
    name: .shortAndLong,
    help: ArgumentHelp(
      """
      Set an attribute; sequences, items and private blocks on the way are created. Values are separated by \\; none \
      is an empty value. The VR is named where the dictionary does not know it. May be given several times.
      """, valueName: "path[:VR]=value"))
  var set: [String] = []

  @Option(
    help: ArgumentHelp("Set an attribute to the bytes of a file.", valueName: "path[:VR]=file"))
  var setFile: [String] = []

  @Option(
    name: .shortAndLong,
    help: ArgumentHelp(
      "Insert an item before the one that is named, or behind the last one; empty, or a DICOM JSON object.",
      valueName: "path[=json]"))
  var insert: [String] = []

  @Option(name: .shortAndLong, help: "Erase an attribute or an item, if it is there. May be given several times.")
  var erase: [String] = []

  @Flag(help: "Erase all private elements, at any depth.")
  var erasePrivate = false

  @Option(
    name: .customLong("new-uids"),
    help: ArgumentHelp(
      """
      Give new UIDs to study, series, instance (a list with commas), the same for all files of the call; references \
      among them follow.
      """, valueName: "list"))
  var newUIDs: String?

  @Flag(help: "Make text UTF-8 where the character set of a file cannot express a new value.")
  var utf8 = false

  @Flag(help: "Set values that do not follow the rules of their VR too.")
  var unchecked = false

  @Option(name: .shortAndLong, help: "File to write, or folder for the new forms of several.")
  var output: String?

  @Flag(name: .shortAndLong, help: "Say what would change, and write nothing.")
  var dryRun = false

  @Flag(help: "Print what changed as JSON.")
  var json = false

  @Flag(name: .shortAndLong, help: "Print nothing but errors.")
  var quiet = false

  mutating func validate() throws {
    let plan = try plan()
    if plan.isEmpty { throw ValidationError("There is nothing to change: see --set, --erase, --insert, --new-uids.") }
  }

  private func plan() throws -> EditPlan {
    do {
      var plan = EditPlan(options: ValueOptions(unencodable: utf8 ? .promotesToUTF8 : .fails, checksRules: !unchecked))
      for text in erase { plan.erasures.append(try AttributePath(text)) }
      for text in insert { plan.insertions.append(try EditPlan.insertion(text)) }
      for text in set { plan.settings.append(try EditPlan.setting(text)) }
      for text in setFile { plan.settings.append(try EditPlan.setting(text, isFile: true)) }
      plan.erasesPrivate = erasePrivate
      plan.newUIDs = try newUIDs.map { try NewUIDs.kinds($0) } ?? []
      return plan
    } catch {
      throw ValidationError("\(error)")
    }
  }

  mutating func run() throws {
    try FileWalk.check(files, isRecursive: recursive)
    let plan = try plan()
    let paths = Array(FileWalk(files, isRecursive: recursive))
    let uids = try NewUIDs(plan.newUIDs, files: paths)
    let target = try EditTarget(output, files: files, isRecursive: recursive)
    let progress = ProgressLine(total: paths.count, isShown: paths.count > 100 && isatty(STDERR_FILENO) == 1)
    var reports: [EditReport] = []
    var failed = false
    for (index, path) in paths.enumerated() {
      do {
        let report = try edit(path, plan, uids, target)
        if json { reports.append(report) } else if !quiet { report.lines.forEach { print($0) } }
      } catch {
        failed = true
        complain("martlet: \(path): \(error)")
        if json { reports.append(EditReport(file: path, output: nil, error: "\(error)", changes: [])) }
      }
      if index % 16 == 15 { progress.show(index + 1, "") }
    }
    progress.end()
    if json { try printJSON(reports) }
    flushOutput()
    if failed { throw ExitCode.failure }
  }

  private func edit(_ path: String, _ plan: EditPlan, _ uids: NewUIDs, _ target: EditTarget) throws -> EditReport {
    let file = try EditedFile(path)
    let changes = try file.apply(plan, uids)
    let place = try target.place(path)
    let writes = !dryRun && (!changes.isEmpty || place != path)
    if writes { try AtomicFile.write([try file.encode()], to: place, keepingModeOf: path) }
    return EditReport(file: path, output: writes ? place : nil, error: nil, changes: changes)
  }
}
