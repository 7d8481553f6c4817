// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Foundation

/// `martlet extract`: attributes of many files as a table.
struct Extract: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "extract",
    abstract: "Extract attributes of many DICOM files to CSV, JSON lines or SQLite.",
    discussion: """
      A row for each file, a column for each attribute. Only the beginning of a file is read, up to the last attribute \
      that is wanted; all cores work; memory does not grow with the number of files. Several values are separated by \
      \\ in CSV and SQLite and are arrays in JSON. Of a sequence the number of items is given; [*] in a path takes the \
      values of all items.

      martlet extract -r archive -a PatientID -a Modality -a StudyDate --output archive.csv
      martlet extract -r archive -a 'SharedFunctionalGroupsSequence[0].PixelMeasuresSequence[0].PixelSpacing'
      martlet extract -r archive --output archive.sqlite
      """)

  @Argument(help: "Files, folders with --recursive.")
  var files: [String]

  @Flag(name: .shortAndLong, help: "Read the files of folders and of the folders in them.")
  var recursive = false

  @Option(
    name: [.customShort("a"), .customLong("attribute")],
    help: ArgumentHelp(
      """
      An attribute for a column, by keyword, tag or path. May be given several times; without, the attributes that \
      name patient, study, series and instance.
      """, valueName: "path"))
  var attributes: [String] = []

  @Option(name: .shortAndLong, help: "File to write; without, the standard output.")
  var output: String?

  @Option(help: "csv, jsonl or sqlite; without, as the name of the output ends, else csv.")
  var format: ExtractFormat?

  @Flag(help: "The same as --format jsonl.")
  var json = false

  @Option(help: "Name of the table in SQLite.")
  var table = "objects"

  @Flag(name: .shortAndLong, help: "Replace an output that exists.")
  var force = false

  @Flag(help: "Pass over what is no DICOM file without a word.")
  var skipOthers = false

  @Flag(
    help: "Rows in the order of the names; without, folders are read as the file system gives them, which is faster.")
  var sorted = false

  @Flag(name: .shortAndLong, help: "Print no progress.")
  var quiet = false

  /// Files that are read before their rows are written.
  private static let batch = 4_096

  mutating func validate() throws {
    _ = try columns()
    if json, let format, format != .jsonl { throw ValidationError("--json and --format exclude each other.") }
    if chosenFormat == .sqlite, output == nil { throw ValidationError("SQLite needs --output.") }
  }

  private var chosenFormat: ExtractFormat {
    if json { return .jsonl }
    return format ?? output.flatMap { ExtractFormat(fileName: $0) } ?? .csv
  }

  private func columns() throws -> [ExtractColumn] {
    do {
      return try ExtractColumn.all(attributes.isEmpty ? ExtractColumn.standard : attributes)
    } catch {
      throw ValidationError("\(error)")
    }
  }

  mutating func run() throws {
    try FileWalk.check(files, isRecursive: recursive)
    if let output, !force, access(output, F_OK) == 0 { throw CommandFailure("\(output) exists; --force replaces it") }
    let columns = try columns()
    var writer = try chosenFormat.writer(output, table: table, columns: columns.map(\.name))
    do {
      let failures = try write(columns, to: &writer)
      try writer.close()
      if failures > 0 { throw ExitCode.failure }
    } catch let code as ExitCode {
      throw code
    } catch {
      writer.discard()
      throw error
    }
  }

  /// Gives how many files could not be read.
  private func write(_ columns: [ExtractColumn], to writer: inout any ExtractWriter) throws -> Int {
    let reader = ExtractReader(columns)
    let progress = ProgressLine(countingIsShown: !quiet && isatty(STDERR_FILENO) == 1)
    var walk = FileWalk(files, isRecursive: recursive, isSorted: sorted)
    var failures = 0
    var done = 0
    while true {
      var paths: [String] = []
      while paths.count < Self.batch, let path = walk.next() { paths.append(path) }
      if paths.isEmpty { break }
      let text = writer.text
      for batch in Parallel.parts(paths, { reader.batch($0, text: text) }) {
        if !batch.text.isEmpty { try writer.write(batch.text) }
        for row in batch.rows { try writer.write(row) }
        for (path, failure) in batch.failures where !(skipOthers && failure.isNoDICOM) {
          failures += 1
          complain("martlet: \(path): \(failure.reason)")
        }
      }
      done += paths.count
      progress.show(done, "files")
    }
    progress.end()
    return failures
  }
}
