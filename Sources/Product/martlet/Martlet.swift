// SPDX-License-Identifier: Apache-2.0

import ArgumentParser

/// The one program: server, administration and the daily tools.
@main
struct Martlet: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "martlet",
    abstract: "Radiology archive and information system, and a DICOM toolkit for the command line.",
    version: "0.1.0",
    groupedSubcommands: [
      CommandGroup(name: "Server", subcommands: [Config.self])
    ])
}
