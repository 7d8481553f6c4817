// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import FileCommands
import MartletServer
import Messaging

/// Messages that came in.
struct HL7ListCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "list", abstract: "List messages that came in, newest first.",
    discussion: "Those that failed or were rejected wait for a person: see, edit and reprocess them in the browser.")

  @Option(help: "Only messages in this state: received, processed, failed, rejected or dismissed.") var state: String?
  @Option(help: "How many at the most.") var limit = 50
  @Option(help: "Print this message and its answer.") var show: Int64?
  @Flag(help: "Print JSON.") var json = false
  @OptionGroup var folder: DataFolderOption

  private struct Row: Encodable {
    var id: Int64
    var receivedAt: Int64
    var application: String
    var facility: String
    var controlID: String
    var name: String
    var state: String
    var attempts: Int
    var repeats: Int
    var failure: String
    var text: String?
    var answer: String?

    init(_ message: InboundMessage, whole: Bool) {
      id = message.id
      receivedAt = message.receivedAt
      application = message.sender.application
      facility = message.sender.facility
      controlID = message.controlID
      name = message.name
      state = message.state.rawValue
      attempts = message.attempts
      repeats = message.repeats
      failure = message.failure
      if whole { (text, answer) = (MessageText.text(message.bytes).text, MessageText.text(message.answer).text) }
    }
  }

  func validate() throws {
    if let state, InboundState(rawValue: state) == nil { throw ValidationError("There is no state \(state).") }
    guard (1...10_000).contains(limit) else { throw ValidationError("The limit is 1 to 10000.") }
  }

  func run() throws {
    let log = try ServerDatabase(folder.open()).inboundMessages
    if let show {
      guard let message = try log.message(show) else { throw CommandFailure("there is no message \(show)") }
      let row = Row(message, whole: true)
      if json { return try printJSON(row) }
      print(row.text ?? "")
      print(row.answer ?? "")
      if !row.failure.isEmpty { print(row.failure) }
      return
    }
    var query = InboundQuery()
    query.limit = limit
    if let state = state.flatMap(InboundState.init) { query.states = [state] }
    let rows = try log.messages(matching: query).map { Row($0, whole: false) }
    if json { return try printJSON(rows) }
    for row in rows {
      print(
        "\(row.id)\t\(row.state)\t\(row.name)\t\(row.application)|\(row.facility)\t\(row.controlID)\t\(row.failure)")
    }
  }
}
