// SPDX-License-Identifier: Apache-2.0

import Archive
import ArgumentParser
import FileCommands
import Foundation
import MartletServer
import Trust
import Workflow

extension RouteCommand {
  struct Add: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Add a route, or replace the one of this name.",
      discussion: """
        In patterns, * and ? stand for anything, and case does not matter. Options that can be given several times \
        are met by any of theirs, but for --where, of which all must hold.

          martlet route add night --to REMOTE --modality CT --caller 'CT*' --arriving '18:00-07:00 mon,tue,wed,thu,fri'
          martlet route add teaching --to TEACH --where 'BodyPartExamined=CHEST|THORAX' --set 'InstitutionName=Teaching'
        """)

    @Argument(help: "Name of the route.") var name: String
    @Option(name: .customLong("to"), help: "AE title of a node; may be given several times.") var destinations:
      [String] =
        []
    @Option(name: .customLong("caller"), help: "Pattern of calling AE titles or user names.") var callers: [String] = []
    @Option(name: .customLong("modality"), help: "Modality, such as CT.") var modalities: [String] = []
    @Option(name: .customLong("description"), help: "Pattern of study or series descriptions.")
    var descriptions: [String] = []
    @Option(name: .customLong("where"), help: "Condition: Attribute=pattern|pattern, Attribute!=pattern, or Attribute.")
    var tests: [String] = []
    @Option(help: "When it arrives, such as 18:00-07:00 or '18:00-07:00 mon,tue'.") var arriving: String?
    @Option(name: .customLong("set"), help: "Attribute=value, given to what is sent.") var sets: [String] = []
    @Option(name: .customLong("fill"), help: "Attribute=value, given where there is none.") var fills: [String] = []
    @Option(name: .customLong("strip"), help: "Attribute that is left out.") var strips: [String] = []
    @Option(name: .customLong("map"), help: "Attribute:old=new, where it has the old value.") var maps: [String] = []
    @Option(help: "UID of the transfer syntax to be sent in, where the receiver takes it.") var transferSyntax = ""
    @Option(help: "high, normal or low.") var priority = "normal"
    @Option(name: .customLong("notify"), help: "Address (HTTP) that is told of each study.") var notices: [String] = []
    @Flag(help: "Keep it, but send nothing by it.") var off = false
    @OptionGroup var folder: DataFolderOption

    func validate() throws {
      if let fault = try route().fault { throw ValidationError("The route cannot be: \(fault).") }
    }

    func run() throws {
      let database = try ServerDatabase(folder.open())
      let route = try route()
      try database.routes.save(route)
      try database.journal.append(
        [
          AuditEvent(
            at: Clock.now(), event: "Security Alert", actor: NSUserName(), address: "console", object: "route \(name)")
        ])
      let unknown = try route.destinations.filter { try database.nodes.node(aeTitle: $0) == nil }
      for title in unknown { complain("there is no node \(title) yet; what is for it waits") }
      print("route \(name) saved")
    }

    private func route() throws -> Route {
      var route = Route(
        name: name, isEnabled: !off, callers: callers, modalities: modalities, descriptions: descriptions,
        destinations: destinations, transferSyntax: transferSyntax, notices: notices)
      route.tests = try tests.map { text in
        guard let test = AttributeTest(text) else { throw ValidationError("\"\(text)\" is no condition.") }
        return test
      }
      if let arriving {
        guard let window = TimeWindow(arriving) else { throw ValidationError("\"\(arriving)\" is no time of day.") }
        route.arrival = window
      }
      guard let urgency = JobPriority.allCases.first(where: { "\($0)" == priority }) else {
        throw ValidationError("The priority is high, normal or low.")
      }
      route.priority = urgency
      route.changes = try AttributeChangeOptions.changes(sets: sets, fills: fills, strips: strips, maps: maps)
      return route
    }
  }
}

/// Changes of attributes as options write them.
enum AttributeChangeOptions {
  static func changes(
    sets: [String], fills: [String], strips: [String], maps: [String]
  ) throws -> [AttributeChange] {
    func split(_ text: String, at sign: Character) throws -> (String, String) {
      guard let index = text.firstIndex(of: sign) else { throw ValidationError("\"\(text)\" lacks \(sign).") }
      return (String(text[..<index]), String(text[text.index(after: index)...]))
    }
    var changes: [AttributeChange] = []
    for text in sets {
      let (attribute, value) = try split(text, at: "=")
      changes.append(AttributeChange(.set, attribute, value: value))
    }
    for text in fills {
      let (attribute, value) = try split(text, at: "=")
      changes.append(AttributeChange(.fill, attribute, value: value))
    }
    changes += strips.map { AttributeChange(.strip, $0) }
    for text in maps {
      let (attribute, pair) = try split(text, at: ":")
      let (old, new) = try split(pair, at: "=")
      changes.append(AttributeChange(.map, attribute, values: [old: new]))
    }
    return changes
  }
}
