// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import FileCommands
import Foundation
import HL7
import HL7Gateway

/// Sends messages out of files.
struct HL7SendCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "send", abstract: "Send messages out of files over MLLP and print the answers.",
    discussion: "Fails where an answer is none of AA and CA. Line ends of the files are sent as carriage returns.")

  @Argument(help: "Files with a message or a batch each.") var files: [String]
  @Option(help: "Host name or address.") var host = "localhost"
  @Option(help: "Port.") var port = 2575
  @Option(help: "Seconds to wait for each answer.") var timeout: Int64 = 30
  @Flag(help: "Use TLS, checked against the system's certificates or --trust.") var tls = false
  @Option(help: "PEM file with the certificates that the receiver's must lead to.") var trust = ""
  @Option(help: "PEM file with our certificate.") var certificate = ""
  @Option(help: "PEM file with our key.") var key = ""

  func validate() throws {
    guard (1...65535).contains(port) else { throw ValidationError("\(port) is not a port: 1 to 65535.") }
    guard (1...3600).contains(timeout) else { throw ValidationError("The timeout is 1 to 3600 seconds.") }
  }

  func run() async throws {
    let messages = try files.map { file -> [UInt8] in
      guard let data = FileManager.default.contents(atPath: file) else {
        throw CommandFailure("\(file) cannot be read")
      }
      return Self.withCarriageReturns(Array(data))
    }
    var options = MLLPClient.Options(host: host, port: port)
    options.answerSeconds = timeout
    if tls { options.tls = MLLPSecurity(certificateFile: certificate, keyFile: key, trustFile: trust) }
    let refused = try await MLLPClient.connected(options) { connection in
      var refused = 0
      for (file, message) in zip(files, messages) {
        let bytes = try await connection.exchange(message)
        print("\(file):")
        print(String(decoding: bytes.map { $0 == 0x0D ? 0x0A : $0 }, as: UTF8.self))
        let answers = try Batch.isEnvelope(bytes) ? Batch(parsing: bytes).messages : [Message(parsing: bytes)]
        refused += try answers.filter { try ReceivedAcknowledgement($0).verdict != .delivered }.count
      }
      return refused
    }
    if refused > 0 { throw CommandFailure("\(refused) messages were not accepted") }
  }

  /// CR LF and LF as CR, outside of nothing: no segment holds them.
  private static func withCarriageReturns(_ bytes: [UInt8]) -> [UInt8] {
    var result: [UInt8] = []
    for byte in bytes {
      if byte == 0x0A {
        if result.last != 0x0D { result.append(0x0D) }
      } else {
        result.append(byte)
      }
    }
    return result
  }
}
