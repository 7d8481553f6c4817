// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import FileCommands
import MartletServer

/// What the server can negotiate.
struct Conformance: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Print the DICOM conformance statement.",
    discussion: """
      A document in Markdown, or data: services, roles, SOP classes, transfer syntaxes and extended negotiation, as \
      the server of this folder negotiates them.
      """)

  @OptionGroup var folder: DataFolderOption
  @Flag(help: "Print JSON.") var json = false
  @Flag(help: "As it is with all settings as they come, whatever the folder says.") var defaults = false

  func run() throws {
    let statement = ConformanceStatement(defaults ? Settings() : try folder.open().settings())
    if json { return try printJSON(statement) }
    print(ConformanceDocument(statement).text, terminator: "")
  }
}
