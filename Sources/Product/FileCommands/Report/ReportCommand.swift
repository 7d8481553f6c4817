// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import DICOMCore
import DICOMDictionary
import DICOMFile
import DICOMObjects

/// `martlet report`: documents for people to read.
struct Report: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "report",
    abstract: "Show structured reports, key object selections and encapsulated documents.",
    discussion: """
      The content tree of a structured report of any template is printed as text, as a page of HTML that stands \
      alone, or as JSON for programs. Of presentation states, segmentations, waveforms and other objects that are \
      no documents, the JSON says what they hold.
      """)

  @Argument(help: "Files to show; - is the standard input.")
  var files: [String]

  @Flag(help: "Print a page of HTML.")
  var html = false

  @Flag(help: "Print text (the default).")
  var text = false

  @Flag(help: "Print JSON, an array where there are several files.")
  var json = false

  @Option(
    help: ArgumentHelp(
      "Make cited images links: {study}, {series}, {instance} and {frame} are filled in, such as https://host/{study}.",
      valueName: "template"))
  var link: String?

  mutating func validate() throws {
    if [html, text, json].filter({ $0 }).count > 1 {
      throw ValidationError("--html, --text and --json exclude one another.")
    }
    if html, files.count > 1 { throw ValidationError("--html takes one file.") }
    if link != nil, !html { throw ValidationError("--link goes with --html.") }
  }

  mutating func run() throws {
    var failed = false
    var descriptions: [ObjectDescription] = []
    for file in files {
      do {
        let object = try ReportedObject(Part10File.read(FileBytes(file).readAll(), options: ReadOptions()))
        if json {
          descriptions.append(try ObjectDescription(object))
        } else {
          if files.count > 1 { print("# \(file)") }
          print(html ? try object.html(link: link) : try object.text(), terminator: "")
        }
      } catch {
        failed = true
        complain("martlet: \(file): \(error)")
      }
    }
    if json {
      if files.count == 1 {
        if let only = descriptions.first { try printJSON(only) }
      } else {
        try printJSON(descriptions)
      }
    }
    flushOutput()
    if failed { throw ExitCode.failure }
  }
}
