// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import FileCommands
import Foundation
import MartletServer
import Radiology

/// Orders of the department.
struct OrderCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "order",
    abstract: "Place, list, show and cancel orders.",
    discussion: "Works on the data folder, whether its server runs or not.",
    subcommands: [Add.self, List.self, Show.self, Cancel.self], defaultSubcommand: List.self)

  /// Who acts on the command line.
  static var performer: Performer { Performer(name: NSUserName(), origin: .console) }

  struct Output: Encodable {
    var patient: PatientRecord?
    var status: OrderStatus
    var order: Order
    var events: [RadiologyEvent]?

    init(_ order: Order, _ patient: PatientRecord?, _ events: [RadiologyEvent]? = nil) {
      (self.order, self.patient, self.events, status) = (order, patient, events, order.status)
    }
  }

  /// By what an order is named on the command line.
  static func find(_ text: String, in department: Department) throws -> Order {
    for reference in [OrderReference.accession(OrderNumber(text)), Int64(text).map { .id($0) }].compactMap(\.self) {
      if let order = try department.order(reference) { return order }
    }
    throw CommandFailure("there is no order \(text)")
  }

  struct List: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "List orders, newest first.")

    @Argument(help: "Words of the patient's name, or a whole identifier, accession or placer number.")
    var search: [String] = []
    @Option(help: "Only with an exam in this state, such as scheduled; may be given again.") var status: [String] = []
    @Option(help: "How many at most.") var limit = 50
    @OptionGroup var folder: DataFolderOption
    @Flag(help: "Print JSON.") var json = false

    func validate() throws {
      for name in status where ExamStatus(rawValue: name) == nil {
        let known = ExamStatus.allCases.map(\.rawValue).joined(separator: ", ")
        throw ValidationError("\"\(name)\" is no state of an exam: \(known).")
      }
      guard limit > 0 else { throw ValidationError("The limit is at least 1.") }
    }

    func run() throws {
      let department = try ServerDatabase(folder.open()).department
      var query = OrderQuery()
      query.text = search.joined(separator: " ")
      query.statuses = Set(status.compactMap { ExamStatus(rawValue: $0) })
      query.limit = limit
      let found = try department.orders(matching: query).map {
        Output($0, try department.patient(id: $0.patient))
      }
      if json { return try printJSON(found) }
      for one in found {
        for procedure in one.order.procedures {
          let start = procedure.steps.compactMap(\.start).min()
          print(
            [
              one.order.accession.value, procedure.status.rawValue, start.map { "\($0.date) \($0.time)" } ?? "",
              procedure.modalities.joined(separator: "/"), one.patient?.primaryIdentifier.value ?? "",
              one.patient?.name ?? "", procedure.description,
            ].joined(separator: "\t"))
        }
      }
    }
  }

  struct Show: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Show an order and what happened to it, as JSON.")

    @Argument(help: "Accession number, or the order's key.") var order: String
    @OptionGroup var folder: DataFolderOption

    func run() throws {
      let department = try ServerDatabase(folder.open()).department
      let order = try OrderCommand.find(order, in: department)
      guard let found = try department.history(of: .id(order.id), for: OrderCommand.performer) else {
        throw CommandFailure("there is no order \(order.id)")
      }
      try printJSON(Output(found.order, found.patient, found.events))
    }
  }

  struct Cancel: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Cancel an order of which nothing was begun.")

    @Argument(help: "Accession number, or the order's key.") var order: String
    @Option(help: "Why.") var reason: String
    @OptionGroup var folder: DataFolderOption

    func run() throws {
      let department = try ServerDatabase(folder.open()).department
      let order = try OrderCommand.find(order, in: department)
      _ = try department.cancel(.id(order.id), reason: reason, by: OrderCommand.performer)
      print("order \(order.accession.value) cancelled")
    }
  }
}
