// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import FileCommands
import MartletServer
import Messaging

/// Where messages are sent.
struct HL7DestinationCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "destination", abstract: "List, add and remove receivers of HL7 messages.",
    discussion: "Works on the data folder, whether its server runs or not.",
    subcommands: [Add.self, Remove.self, List.self], defaultSubcommand: List.self)

  struct Add: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Add a destination, or change the one of this name.")

    @Argument(help: "Short name, such as HIS.") var name: String
    @Argument(help: "Host name or address.") var host: String
    @Argument(help: "Port.") var port: Int
    @Option(
      help: "What it gets, by commas: \(OutboundKind.allCases.map(\.rawValue).joined(separator: ", ")); all by default."
    )
    var kinds = ""
    @Option(help: "HL7 version: 2.3.1, 2.4, 2.5 or 2.5.1.") var version = "2.5.1"
    @Option(help: "Character set as MSH-18 names it.") var characterSet = "UNICODE UTF-8"
    @Option(help: "Receiving application, MSH-5.") var application = ""
    @Option(help: "Receiving facility, MSH-6.") var facility = ""
    @Flag(help: "Use TLS.") var tls = false
    @Flag(help: "Send reports before they are validated too, marked as preliminary.") var preliminary = false
    @Flag(inversion: .prefixedNo, help: "Enclose reports as PDF.") var pdf = true
    @Option(help: "Address of a study in a browser, with {study} and {accession} in it, to be sent with reports.")
    var studyLink = ""
    @OptionGroup var folder: DataFolderOption

    func run() throws {
      let kinds = try kinds.split(separator: ",").map { name in
        guard let kind = OutboundKind(rawValue: String(name)) else {
          throw ValidationError("There is no kind of messages \(name).")
        }
        return kind
      }
      var destination = Destination(
        name: name, host: host, port: port, usesTLS: tls,
        kinds: kinds.isEmpty ? Set(OutboundKind.allCases) : Set(kinds))
      destination.format.version = version
      destination.format.characterSet = characterSet
      destination.format.receivingApplication = application
      destination.format.receivingFacility = facility
      destination.reports.sendsPreliminary = preliminary
      destination.reports.enclosesPDF = pdf
      destination.reports.studyLink = studyLink
      if let fault = destination.fault { throw ValidationError(fault) }
      try ServerDatabase(folder.open()).messaging.save(destination)
      print("destination \(name) is \(host):\(port)")
    }
  }

  struct Remove: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Remove a destination; what waits for it stays.")

    @Argument(help: "Name.") var name: String
    @OptionGroup var folder: DataFolderOption

    func run() throws {
      guard try ServerDatabase(folder.open()).messaging.removeDestination(name) else {
        throw CommandFailure("there is no destination \(name)")
      }
      print("destination \(name) removed")
    }
  }

  struct List: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "List the destinations.")

    @Flag(help: "Print JSON.") var json = false
    @OptionGroup var folder: DataFolderOption

    private struct Row: Encodable {
      var name: String
      var host: String
      var port: Int
      var tls: Bool
      var active: Bool
      var kinds: [String]
      var version: String
    }

    func run() throws {
      let rows = try ServerDatabase(folder.open()).messaging.destinations().map {
        Row(
          name: $0.name, host: $0.host, port: $0.port, tls: $0.usesTLS, active: $0.isActive,
          kinds: $0.kinds.map(\.rawValue).sorted(), version: $0.format.version)
      }
      if json { return try printJSON(rows) }
      for row in rows { print("\(row.name)\t\(row.host)\t\(row.port)\t\(row.kinds.joined(separator: ","))") }
    }
  }
}
