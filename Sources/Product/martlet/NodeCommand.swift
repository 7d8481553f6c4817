// SPDX-License-Identifier: Apache-2.0

import Archive
import ArgumentParser
import FileCommands
import Foundation
import MartletServer
import Trust

/// The list of remote application entities.
struct Node: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "List, add and remove DICOM nodes.",
    discussion: "Works on the data folder, whether its server runs or not.",
    subcommands: [Add.self, Set.self, Remove.self, List.self], defaultSubcommand: List.self)

  struct Add: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Add a node, or change the one of this AE title.")

    @Argument(help: "AE title, 1 to 16 characters.") var aeTitle: String
    @Argument(help: "Host name or address.") var host: String
    @Argument(help: "Port.") var port: Int
    @OptionGroup var folder: DataFolderOption

    func validate() throws {
      guard (1...16).contains(aeTitle.utf8.count), aeTitle.utf8.allSatisfy({ (0x21...0x7E).contains($0) && $0 != 0x5C })
      else { throw ValidationError("\"\(aeTitle)\" is not an AE title: 1 to 16 characters, no spaces, no backslash.") }
      guard (1...65535).contains(port) else { throw ValidationError("\(port) is not a port: 1 to 65535.") }
    }

    func run() throws {
      let database = try ServerDatabase(folder.open())
      let profile = try database.nodes.node(aeTitle: aeTitle)?.profile ?? NodeProfile()
      try database.nodes.save(RemoteNode(aeTitle: aeTitle, host: host, port: port, profile: profile))
      try database.journal.append(
        [
          AuditEvent(
            at: Clock.now(), event: "Security Alert", actor: NSUserName(), address: "console",
            object: "node \(aeTitle) \(host):\(port)")
        ])
      print("node \(aeTitle) is \(host):\(port)")
    }
  }

  struct Remove: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Remove a node.")

    @Argument(help: "AE title.") var aeTitle: String
    @OptionGroup var folder: DataFolderOption

    func run() throws {
      guard try ServerDatabase(folder.open()).nodes.removeNode(aeTitle: aeTitle) else {
        throw CommandFailure("there is no node \(aeTitle)")
      }
      print("node \(aeTitle) removed")
    }
  }

  struct List: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "List the nodes.")

    @OptionGroup var folder: DataFolderOption
    @Flag(help: "Print JSON.") var json = false

    func run() throws {
      let nodes = try ServerDatabase(folder.open()).nodes.nodes()
      if json { return try printJSON(nodes) }
      for node in nodes { print("\(node.aeTitle)\t\(node.host)\t\(node.port)") }
    }
  }
}
