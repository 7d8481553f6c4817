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
      CommandGroup(name: "Files", subcommands: FileCommands.all),
      CommandGroup(
        name: "DICOM network",
        subcommands: [
          Echo.self, Send.self, Find.self, Move.self, Get.self, Receive.self, Commit.self, Worklist.self, MPPS.self,
          PrintCommand.self,
          Simulate.self,
        ]),
    ])
}
