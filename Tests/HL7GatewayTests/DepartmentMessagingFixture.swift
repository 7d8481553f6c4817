// SPDX-License-Identifier: Apache-2.0

import HL7
import HL7Gateway
import Logging
import Messaging
import Radiology
import SQLStore
import SQLTestKit
import Synchronization
import SystemTestKit
import Testing
import Trust

/// A department that hears and speaks HL7, over a database of its own.
final class DepartmentMessagingFixture: Sendable {
  let department: Department
  let store: SQLRadiologyStore
  let log: SQLInboundMessageLog
  let queue: SQLOutboundQueue
  let directory: SQLMessagingDirectory
  let processor: MessageProcessor
  private let temporary: TemporaryDatabase
  private let count = Atomic(0)

  static let clerk = Performer(name: "rita", role: .receptionist, origin: .web)
  static let technologist = Performer(name: "tom", role: .technologist, origin: .web)

  init(_ engine: Engine = .sqlite) throws {
    temporary = try TemporaryDatabase(engine)
    try Schema.migrate(temporary.database)
    store = SQLRadiologyStore(temporary.database)
    department = Department(store: store)
    log = SQLInboundMessageLog(temporary.database)
    queue = SQLOutboundQueue(temporary.database)
    directory = SQLMessagingDirectory(temporary.database)
    processor = MessageProcessor(
      log: log, directory: directory, handlers: DepartmentHandlers(department).handlers,
      logger: Logger(label: "test"),
      now: { 1_767_225_600_000_000 })
  }

  /// Sends a message of these segments behind a header; gives MSA-1, and ERR-3 where there is one.
  func send(_ type: String, _ segments: String..., version: String = "2.5.1") throws -> String {
    try send(type, segments, version: version)
  }

  func send(_ type: String, _ segments: [String], version: String = "2.5.1") throws -> String {
    let id = count.add(1, ordering: .relaxed).newValue
    let header = "MSH|^~\\&|HIS|W|M|R|20260101||\(type)|\(id)|P|\(version)||||||UNICODE UTF-8"
    return try code(
      of: processor.answers(
        to: Array(([header] + segments).map { $0 + "\r" }.joined().utf8), from: "a"))
  }

  func code(of answers: [[UInt8]]) throws -> String {
    let answer = try Message(parsing: try #require(answers.first))
    let error =
      answer.first("ERR").map { " " + ($0[3].value.isEmpty ? $0[1][4].value : $0[3].value) } ?? ""
    return (answer.first("MSA")?[1].value ?? "") + error
  }

  func patient(_ id: String, _ issuer: String = "H") throws -> PatientRecord? {
    try department.patient(PatientIdentifier(id, issuer: issuer))
  }

  func order(_ placer: String) throws -> Order? {
    try department.order(.placer(OrderNumber(placer, issuer: "HIS")))
  }
}
