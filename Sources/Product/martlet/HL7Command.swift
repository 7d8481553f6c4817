// SPDX-License-Identifier: Apache-2.0

import ArgumentParser

/// HL7 messages.
struct HL7Command: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "hl7", abstract: "Send HL7 messages; see what came in and what goes out.",
    subcommands: [
      HL7SendCommand.self, HL7ListCommand.self, HL7QueueCommand.self, HL7DestinationCommand.self,
      HL7ProfileCommand.self,
    ])
}
