// SPDX-License-Identifier: Apache-2.0

import HL7Gateway
import Logging
import Messaging
import NIOPosix
import ReportPrinting
import ServiceLifecycle
import WebGateway

/// The parts that receive and send HL7 messages.
struct ServerMessages {
  let listener: HL7Listener
  let notifier: DepartmentNotifier
  let sender: OutboundSender
  let ports: MessagePorts

  init(_ settings: Settings, _ database: ServerDatabase, handlers: MessageHandlers, logger: Logger) async throws {
    let processor = MessageProcessor(
      log: database.inboundMessages, directory: database.messaging, handlers: handlers, logger: logger,
      now: Clock.now)
    let security = MLLPSecurity(
      certificateFile: settings.hl7CertificateFile, keyFile: settings.hl7KeyFile, trustFile: settings.hl7TrustFile)
    listener = try await HL7Listener(
      host: settings.hl7Address, port: settings.hl7Port, tls: settings.hl7CertificateFile.isEmpty ? nil : security,
      pool: .singleton, logger: logger, answer: { processor.answers(to: $0, from: $1) })
    notifier = DepartmentNotifier(
      store: database.radiology, department: database.department, queue: database.outboundMessages,
      directory: database.messaging, pool: .singleton, logger: logger,
      printer: { report in
        do { return try ReportPages.pdf(report) } catch {
          logger.error("\(error)")
          return []
        }
      })
    sender = OutboundSender(
      queue: database.outboundMessages, directory: database.messaging, security: security, pool: .singleton,
      logger: logger, now: Clock.now)
    ports = MessagePorts(
      log: database.inboundMessages, queue: database.outboundMessages, directory: database.messaging,
      reprocess: { try processor.reprocess($0) }, fault: { $0.fault })
  }
}

/// The queue of HL7 messages as a service of the group.
struct OutboundService: Service {
  let notifier: DepartmentNotifier
  let sender: OutboundSender

  func run() async throws {
    do {
      try await cancelWhenGracefulShutdown {
        try await withThrowingTaskGroup(of: Void.self) { group in
          group.addTask { try await notifier.run() }
          group.addTask { try await sender.run() }
          try await group.waitForAll()
        }
      }
    } catch is CancellationError {
      return  // so it is told to stop
    }
  }
}
