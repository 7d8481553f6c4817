// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import FileCommands
import MartletServer
import Messaging

/// Messages that go out.
struct HL7QueueCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "queue", abstract: "List messages that go out, newest first; resend or cancel one.")

  @Option(help: "Only messages in this state: waiting, delivered, refused or cancelled.") var state: String?
  @Option(help: "Only messages for this destination.") var destination = ""
  @Option(help: "How many at the most.") var limit = 50
  @Option(help: "Print this message and its answer.") var show: Int64?
  @Option(help: "Send this message again.") var resend: Int64?
  @Option(help: "Take this message out of the queue.") var cancel: Int64?
  @Flag(help: "Print JSON.") var json = false
  @OptionGroup var folder: DataFolderOption

  private struct Row: Encodable {
    var id: Int64
    var destination: String
    var patient: String
    var name: String
    var controlID: String
    var state: String
    var attempts: Int
    var createdAt: Int64
    var nextAttemptAt: Int64
    var deliveredAt: Int64?
    var failure: String
    var text: String?
    var answer: String?

    init(_ message: QueuedMessage, whole: Bool) {
      id = message.id
      destination = message.destination
      patient = message.orderingKey
      name = message.name
      controlID = message.controlID
      state = message.state.rawValue
      attempts = message.attempts
      createdAt = message.createdAt
      nextAttemptAt = message.nextAttemptAt
      deliveredAt = message.deliveredAt
      failure = message.failure
      if whole { (text, answer) = (MessageText.text(message.bytes).text, MessageText.text(message.answer).text) }
    }
  }

  func validate() throws {
    if let state, OutboundState(rawValue: state) == nil { throw ValidationError("There is no state \(state).") }
    guard (1...10_000).contains(limit) else { throw ValidationError("The limit is 1 to 10000.") }
  }

  func run() throws {
    let queue = try ServerDatabase(folder.open()).outboundMessages
    if let resend {
      guard try queue.resend(resend, bytes: nil, at: Clock.now()) else {
        throw CommandFailure("there is no message \(resend)")
      }
      return print("message \(resend) waits to be sent")
    }
    if let cancel {
      guard try queue.cancel(cancel) else { throw CommandFailure("there is no message \(cancel) to cancel") }
      return print("message \(cancel) is cancelled")
    }
    if let show {
      guard let message = try queue.message(show) else { throw CommandFailure("there is no message \(show)") }
      let row = Row(message, whole: true)
      if json { return try printJSON(row) }
      print(row.text ?? "")
      print(row.answer ?? "")
      if !row.failure.isEmpty { print(row.failure) }
      return
    }
    var query = OutboundQuery()
    query.limit = limit
    query.destination = destination
    if let state = state.flatMap(OutboundState.init) { query.states = [state] }
    let rows = try queue.messages(matching: query).map { Row($0, whole: false) }
    if json { return try printJSON(rows) }
    for row in rows {
      print("\(row.id)\t\(row.state)\t\(row.destination)\t\(row.name)\t\(row.controlID)\t\(row.failure)")
    }
  }
}
