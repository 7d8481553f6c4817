// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import FileCommands
import HL7Gateway
import MartletServer
import Messaging

/// How senders deviate.
struct HL7ProfileCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "profile", abstract: "List, set and remove profiles of senders of HL7 messages.",
    discussion: """
      A profile has rules that are applied to each message of a sender before it is understood; what was received is \
      kept as it came. Rules: "PID-3.4.1 = HOSP" sets, "PID-3.4.1 ?= HOSP" sets where empty, "OBR-18 <- ORC-2.1" and \
      "OBR-18 ?<- ORC-2.1" copy, "OBR-24 : CTS > CT, MRI > MR" translates.
      """,
    subcommands: [Set.self, Remove.self, List.self], defaultSubcommand: List.self)

  struct Set: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Set the profile of a sender.")

    @Option(help: "Sending application, MSH-3; any by default.") var application = ""
    @Option(help: "Sending facility, MSH-4; any by default.") var facility = ""
    @Option(help: "Character set of the text whatever MSH-18 says, such as 8859/1.") var characterSet = ""
    @Option(parsing: .upToNextOption, help: "Rules.") var rules: [String] = []
    @Flag(help: "Control IDs begin anew; messages are the same only where their bytes are.") var reusesControlIDs =
      false
    @Flag(help: "Orders are answered by ORR, ORG or ORI with their numbers, not only acknowledged.") var answersOrders =
      false
    @OptionGroup var folder: DataFolderOption

    func run() throws {
      let rules = try rules.map { line in
        guard let rule = MappingRule(line) else { throw ValidationError("\"\(line)\" is no rule.") }
        return rule
      }
      let profile = SenderProfile(
        sender: MessageSender(application: application, facility: facility), characterSet: characterSet, rules: rules,
        reusesControlIDs: reusesControlIDs, answersOrders: answersOrders)
      if let fault = profile.fault { throw ValidationError(fault) }
      try ServerDatabase(folder.open()).messaging.save(profile)
      print("profile of \(application)|\(facility) has \(rules.count) rules")
    }
  }

  struct Remove: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Remove the profile of a sender.")

    @Option(help: "Sending application.") var application = ""
    @Option(help: "Sending facility.") var facility = ""
    @OptionGroup var folder: DataFolderOption

    func run() throws {
      let sender = MessageSender(application: application, facility: facility)
      guard try ServerDatabase(folder.open()).messaging.removeProfile(of: sender) else {
        throw CommandFailure("there is no profile of \(application)|\(facility)")
      }
      print("profile of \(application)|\(facility) removed")
    }
  }

  struct List: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "List the profiles.")

    @Flag(help: "Print JSON.") var json = false
    @OptionGroup var folder: DataFolderOption

    private struct Row: Encodable {
      var application: String
      var facility: String
      var characterSet: String
      var rules: [String]
      var reusesControlIDs: Bool
      var answersOrders: Bool
    }

    func run() throws {
      let rows = try ServerDatabase(folder.open()).messaging.profiles().map {
        Row(
          application: $0.sender.application, facility: $0.sender.facility, characterSet: $0.characterSet,
          rules: $0.rules.map(\.description), reusesControlIDs: $0.reusesControlIDs,
          answersOrders: $0.answersOrders)
      }
      if json { return try printJSON(rows) }
      for row in rows {
        print("\(row.application)|\(row.facility)\t\(row.characterSet)")
        for rule in row.rules { print("  \(rule)") }
      }
    }
  }
}
