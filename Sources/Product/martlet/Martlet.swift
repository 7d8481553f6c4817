// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import FileCommands
import MartletServer

/// The one program: server, administration and the daily tools.
@main
struct Martlet: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "martlet",
    abstract: "Radiology archive and information system, and a DICOM toolkit for the command line.",
    version: Version.number,
    groupedSubcommands: [
      CommandGroup(
        name: "Server",
        subcommands: [
          Serve.self, Import.self, Correct.self, Delete.self, Bin.self, Check.self, ReindexCommand.self,
          StatusCommand.self, AlarmsCommand.self, DoorCommand.self, Keys.self, BackupCommand.self, RestoreCommand.self,
          Node.self, RouteCommand.self, Queue.self, OrderCommand.self, HL7Command.self, PrefetchCommand.self, User.self,
          TokenCommand.self, Config.self, Conformance.self,
        ]),
      CommandGroup(name: "Files", subcommands: FileCommands.all + [Media.self]),
      CommandGroup(
        name: "DICOM network",
        subcommands: [
          Echo.self, Send.self, Find.self, Move.self, Get.self, Receive.self, Commit.self, Worklist.self, MPPS.self,
          PrintCommand.self,
          Simulate.self, UPS.self,
        ]),
    ])

  /// Commands for files are parsed by themselves, since scripts start them for each file; what they do not take, help
  /// and the version among it, goes the usual way.
  static func main() async {
    let arguments = Array(CommandLine.arguments.dropFirst())
    guard let name = arguments.first, let command = FileCommands.command(named: name),
      var parsed = try? command.parseAsRoot(Array(arguments.dropFirst())), type(of: parsed) == command
    else { return await main(arguments) }
    do {
      if var waiting = parsed as? any AsyncParsableCommand {
        try await waiting.run()
      } else {
        try parsed.run()
      }
    } catch {
      exit(withError: error)
    }
  }
}
