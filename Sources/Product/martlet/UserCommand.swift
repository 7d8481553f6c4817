// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import FileCommands
import Foundation
import MartletServer
import Trust

/// The list of users.
struct User: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "List, add and change users.",
    discussion: "Works on the data folder, whether its server runs or not.",
    subcommands: [Add.self, Change.self, List.self], defaultSubcommand: List.self)

  struct Add: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Add a user.")

    @Argument(help: "Name to sign in with.") var name: String
    @Option(help: "One of \(Role.allCases.map(\.rawValue).joined(separator: ", ")).") var role: Role
    @Option(help: "Name as others read it.") var displayName: String?
    @Flag(help: "Read the password from the first line of standard input.") var passwordStdin = false
    @Flag(help: "Give the user who has this name another role and password.") var replace = false
    @OptionGroup var folder: DataFolderOption

    func run() throws {
      let password = try readPassword()
      do {
        try PasswordRules.check(name: name)
        try PasswordRules.check(password: password, accountName: name)
      } catch {
        throw CommandFailure("\(error)")
      }
      let database = try ServerDatabase(folder.open())
      let known = try database.accounts.account(named: name)
      guard known == nil || replace else {
        throw CommandFailure("there is a user \(name) already; --replace gives another role and password")
      }
      let now = Clock.now()
      try database.accounts.save(
        Account(
          name: name, displayName: displayName ?? name, role: role,
          passwordHash: try PasswordHash(password: password).text, createdAt: known?.createdAt ?? now))
      // Whoever was signed in with the password before is not any more.
      _ = try AccountOffice(accounts: database.accounts, credentials: database.credentials).endSessions(of: name)
      try database.journal.append(
        [
          AuditEvent(
            at: now, event: "Security Alert", actor: NSUserName(), address: "console",
            object: "user \(name) role \(role.rawValue)")
        ])
      print("user \(name) is \(role.rawValue)")
    }

    private func readPassword() throws -> String {
      if passwordStdin {
        guard let line = readLine(strippingNewline: true), !line.isEmpty else {
          throw CommandFailure("no password on standard input")
        }
        return line
      }
      guard isatty(STDIN_FILENO) == 1, let text = getpass("Password: ") else {
        throw CommandFailure("standard input is no terminal; use --password-stdin")
      }
      return String(cString: text)
    }
  }

  struct Change: ParsableCommand {
    enum Access: EnumerableFlag { case enable, disable }

    static let configuration = CommandConfiguration(
      abstract: "Change what a user is called and may do, and whether they may sign in.",
      discussion: "Whoever is disabled is signed out at once. The last administrator who can sign in stays one.")

    @Argument(help: "Name to sign in with.") var name: String
    @Option(help: "One of \(Role.allCases.map(\.rawValue).joined(separator: ", ")).") var role: Role?
    @Option(help: "Name as others read it.") var displayName: String?
    @Flag(help: "Whether they may sign in.") var access: Access?
    @OptionGroup var folder: DataFolderOption

    func validate() throws {
      guard role != nil || displayName != nil || access != nil else {
        throw ValidationError("Nothing to change: --role, --display-name, --enable, --disable.")
      }
    }

    func run() throws {
      let database = try ServerDatabase(folder.open())
      let office = AccountOffice(accounts: database.accounts, credentials: database.credentials)
      let change = AccountOffice.Change(displayName: displayName, role: role, isDisabled: access.map { $0 == .disable })
      let account: Account
      do { account = try office.change(name, change).after } catch let error as TrustError {
        throw CommandFailure("\(error)")
      }
      try database.journal.append(
        [
          AuditEvent(
            at: Clock.now(), event: "Security Alert", actor: NSUserName(), address: "console",
            object: "user \(account.name) role \(account.role.rawValue)\(account.isDisabled ? ", disabled" : "")")
        ])
      print("user \(account.name) is \(account.role.rawValue)\(account.isDisabled ? ", disabled" : "")")
    }
  }

  private struct ListedUser: Encodable {
    var name: String
    var displayName: String
    var role: String
    var isDisabled: Bool
  }

  struct List: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "List the users.")

    @OptionGroup var folder: DataFolderOption
    @Flag(help: "Print JSON.") var json = false

    func run() throws {
      let accounts = try ServerDatabase(folder.open()).accounts.accounts()
      if json {
        return try printJSON(
          accounts.map {
            ListedUser(
              name: $0.name, displayName: $0.displayName, role: $0.role.rawValue, isDisabled: $0.isDisabled)
          })
      }
      for account in accounts {
        print(
          "\(account.name)\t\(account.role.rawValue)\t\(account.displayName)\(account.isDisabled ? "\tdisabled" : "")")
      }
    }
  }
}

extension Role: ExpressibleByArgument {}
