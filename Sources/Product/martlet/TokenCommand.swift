// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import FileCommands
import MartletServer
import Trust

/// Bearer tokens for programs.
struct TokenCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "token", abstract: "Create bearer tokens for programs.",
    discussion: "Works on the data folder, whether its server runs or not.", subcommands: [Create.self])

  struct Create: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Create a token and print it: the only time that it can be seen.")

    @Option(name: .customLong("user"), help: "The user in whose name the program acts.") var user: String
    @Option(help: "What the token is for.") var label = "command line"
    @Option(help: "Days after which it is worth nothing; for ever where not given.") var days: Int?
    @OptionGroup var folder: DataFolderOption

    func validate() throws {
      if let days, !(1...36500).contains(days) { throw ValidationError("--days is 1 to 36500.") }
    }

    func run() throws {
      let database = try ServerDatabase(folder.open())
      guard let account = try database.accounts.account(named: user) else {
        throw CommandFailure("there is no user \(user)")
      }
      let secret = Secret.random()
      let now = Clock.now()
      try database.credentials.save(
        Credential(
          kind: .bearer, digest: secret.digest, accountName: account.name, label: label, createdAt: now,
          lastUsedAt: now, expiresAt: days.map { now + Int64($0) * 86_400_000_000 }))
      print(secret.text)
    }
  }
}
