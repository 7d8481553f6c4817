// SPDX-License-Identifier: Apache-2.0

import Archive
import ArgumentParser
import FileCommands
import Foundation
import MartletServer
import Trust
import Workflow

extension Node {
  struct Set: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Say how a node is talked to, and what it may do.",
      discussion: "What is not named stays as it was. A running server takes changes with the next association.")

    @Argument(help: "AE title.") var aeTitle: String
    @Flag(inversion: .prefixedNo, help: "Call it over TLS.") var tls: Bool?
    @Flag(inversion: .prefixedNo, help: "Let it call over TLS only.") var requireTLS: Bool?
    @Flag(inversion: .prefixedNo, help: "Let it call from the addresses of its host only.") var checkAddress: Bool?
    @Option(help: "What it may ask for, separated by commas: store, query, retrieve, workflow; or all, or none.")
    var allow: String?
    @Option(name: .customLong("sop-class"), help: "SOP class that it may store, several times; or all.")
    var sopClasses: [String] = []
    @Option(help: "How much is sent to it in a second at most; 0 for no limit.") var bytesPerSecond: Int?
    @Option(help: "How many jobs send to it at a time.") var parallel: Int?
    @Option(help: "When jobs may send to it, such as 20:00-06:00 or '20:00-06:00 sat,sun'; or always.")
    var sendTimes: String?
    @OptionGroup var folder: DataFolderOption

    func run() throws {
      let database = try ServerDatabase(folder.open())
      guard var node = try database.nodes.node(aeTitle: aeTitle) else {
        throw CommandFailure("there is no node \(aeTitle)")
      }
      try change(&node.profile)
      if let fault = node.profile.fault { throw ValidationError("The node cannot be: \(fault).") }
      try database.nodes.save(node)
      try database.journal.append(
        [
          AuditEvent(
            at: Clock.now(), event: "Security Alert", actor: NSUserName(), address: "console", object: "node \(aeTitle)"
          )
        ])
      print("node \(aeTitle) changed")
    }

    private func change(_ profile: inout NodeProfile) throws {
      if let tls { profile.usesTLS = tls }
      if let requireTLS { profile.requiresTLS = requireTLS }
      if let checkAddress { profile.checksAddress = checkAddress }
      if let allow { profile.services = try services(allow) }
      if !sopClasses.isEmpty { profile.sopClasses = sopClasses == ["all"] ? [] : sopClasses }
      if let bytesPerSecond { profile.bytesPerSecond = bytesPerSecond == 0 ? nil : bytesPerSecond }
      if let parallel { profile.parallel = parallel }
      if let sendTimes {
        guard sendTimes == "always" || TimeWindow(sendTimes) != nil else {
          throw ValidationError("\"\(sendTimes)\" is no time of day.")
        }
        profile.sendTimes = sendTimes == "always" ? "" : sendTimes
      }
    }

    private func services(_ text: String) throws -> Swift.Set<NodeProfile.Service>? {
      if text == "all" { return nil }
      if text == "none" { return [] }
      return try Swift.Set(
        text.split(separator: ",").map { name in
          guard let service = NodeProfile.Service(rawValue: String(name)) else {
            throw ValidationError("\"\(name)\" is neither store, query, retrieve nor workflow.")
          }
          return service
        })
    }
  }
}
