// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import FileCommands
import Foundation
import MartletServer
import Trust

/// The keys that sign manifests.
struct Keys: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "List and rotate the keys that sign the manifests of studies.",
    discussion: """
      The private key is made at the first start, outside of the data folder (setting signingKeyFile); the public keys \
      are kept in the data folder. Note down the name of the first: every later key is signed by the one before it.
      """,
    subcommands: [List.self, Rotate.self], defaultSubcommand: List.self)

  struct List: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "List the public keys, the oldest first.")

    @OptionGroup var folder: DataFolderOption
    @Flag(help: "Print JSON.") var json = false

    private struct Line: Encodable {
      let name: String
      /// Microseconds since 1970-01-01 UTC.
      let madeAt: Int64
      let previous: String?
      let isTrusted: Bool
      let isCurrent: Bool
    }

    func run() throws {
      let data = try folder.open()
      let keys = try SigningKeys(data, data.settings())
      let ring = keys.ring()
      let current = try keys.privateKey()?.verifyingKey.name
      let strangers = Set(ring.strangers.map(\.key.name))
      let lines = ring.records.map { record in
        let name = record.key.name
        return Line(
          name: name, madeAt: record.madeAt, previous: record.previous, isTrusted: !strangers.contains(name),
          isCurrent: name == current)
      }
      if json {
        try printJSON(lines)
      } else {
        for line in lines {
          let made = Date(timeIntervalSince1970: Double(line.madeAt) / 1_000_000).formatted(.iso8601)
          let origin = line.previous.map { "after \($0)" } ?? "first"
          print(
            "\(line.name)  made \(made)  \(origin)\(line.isCurrent ? "  signs now" : "")"
              + (line.isTrusted ? "" : "  NOBODY VOUCHES FOR IT"))
        }
      }
      if !strangers.isEmpty { throw ExitCode(1) }
    }
  }

  struct Rotate: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Sign with a new key from now on.",
      discussion: """
        The server may run and takes the new key with the next study. What older keys signed stays valid. The old \
        private key is gone after this.
        """)

    @OptionGroup var folder: DataFolderOption

    func run() throws {
      let data = try folder.open()
      let record = try SigningKeys(data, data.settings()).rotate(now: Clock.now())
      try ServerDatabase(data).journal.append(
        [
          AuditEvent(
            at: Clock.now(), event: "Security Alert", actor: NSUserName(), address: "console",
            object: "signing key \(record.previous ?? "") replaced by \(record.key.name)")
        ])
      print("key \(record.key.name) signs from now on")
    }
  }
}
