// SPDX-License-Identifier: Apache-2.0

import Archive
import ArgumentParser
import DICOMCore
import DICOMFile
import FileCommands
import Foundation
import MartletServer
import Trust
import Workflow

/// The rules by which what arrives is sent on.
struct RouteCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "route",
    abstract: "List, add, remove and try the rules by which arriving images are sent on.",
    discussion: """
      A route sends each arriving instance that meets all of its conditions to its destinations, by a queue that \
      survives restarts. Works on the data folder, whether its server runs or not; a running server takes changes at \
      once. The time of day is that of the machine.
      """,
    subcommands: [List.self, Add.self, Remove.self, Test.self], defaultSubcommand: List.self)

  struct List: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "List the routes.")

    @OptionGroup var folder: DataFolderOption
    @Flag(help: "Print JSON.") var json = false

    func run() throws {
      let routes = try ServerDatabase(folder.open()).routes.routes()
      if json { return try printJSON(routes) }
      for route in routes {
        let conditions =
          route.callers.map { "caller \($0)" } + route.modalities.map { "modality \($0)" }
          + route.descriptions.map { "description \($0)" } + route.tests.map(\.text)
          + [route.arrival.map { "arriving \($0.text)" }].compactMap(\.self)
        let targets = route.destinations + route.notices
        print(
          "\(route.name)\t\(route.isEnabled ? "on" : "off")\t\(conditions.joined(separator: ", "))"
            + "\t→ \(targets.joined(separator: ", "))")
      }
    }
  }

  struct Remove: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Remove a route. What is queued already is still sent.")

    @Argument(help: "Name of the route.") var name: String
    @OptionGroup var folder: DataFolderOption

    func run() throws {
      guard try ServerDatabase(folder.open()).routes.removeRoute(name: name) else {
        throw CommandFailure("there is no route \(name)")
      }
      print("route \(name) removed")
    }
  }

  struct Test: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Show which routes an object would take.",
      discussion: "Exit code 1 where it would take none.")

    @Argument(help: "A DICOM file.") var file: String
    @Option(help: "AE title that would send it.") var caller = ""
    @OptionGroup var folder: DataFolderOption

    func run() throws {
      let object = try Part10File.read(ByteSlice(Array(try Data(contentsOf: URL(fileURLWithPath: file)))))
      let instance = RoutedInstance(
        dataSet: object.dataSet, sender: caller, arrival: WallClock.moment(Clock.now()))
      let routes = try ServerDatabase(folder.open()).routes.routes().filter { $0.matches(instance) }
      for route in routes { print("\(route.name)\t→ \((route.destinations + route.notices).joined(separator: ", "))") }
      if routes.isEmpty { throw CommandFailure("no route is for this object") }
    }
  }
}
