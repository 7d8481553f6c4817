// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import FileCommands
import Logging
import MartletServer

/// Runs the server.
struct Serve: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Run the server until Ctrl-C.",
    discussion: """
      Needs no configuration. Every setting can also stand in martlet.toml in the data folder or in the environment: \
      martlet config lists and explains them all.
      """)

  @OptionGroup var folder: DataFolderOption
  @Option(help: "Port for DICOM; 0 takes a free one.") var dicomPort: Int?
  @Option(help: "Port for HTTP, on loopback only.") var httpPort: Int?
  @Option(help: "Port for HTTPS, where the web address is not loopback.") var httpsPort: Int?
  @Option(help: "Port for HL7 over MLLP.") var hl7Port: Int?
  @Option(help: "Address of all listeners; loopback until told otherwise.") var bind: String?
  @Option(help: "Address of the DICOM listener.") var dicomBind: String?
  @Option(help: "Address of the web listeners.") var webBind: String?
  @Option(help: "Address of the HL7 listener.") var hl7Bind: String?
  @Option(
    name: .customLong("set"),
    help: ArgumentHelp("Any other setting, as martlet config lists them.", valueName: "key=value"))
  var set: [String] = []
  @Flag(
    help: "Show a living department with invented people, in a temporary folder or the empty one that --data names.")
  var demo = false

  func run() async throws {
    let data = try demo && folder.path == nil ? DemoHospital.temporaryFolder() : folder.open()
    let hospital = try demo ? DemoHospital(data) : nil
    var settings = try data.settings()
    if demo { settings.practiceClock = true }
    try apply(to: &settings)
    var logger = Logger(label: "martlet") { StreamLogHandler.standardError(label: $0) }
    logger.logLevel = Logger.Level(rawValue: settings.logLevel) ?? .info
    let server = MartletServer(folder: data, settings: settings, logger: logger)
    let (title, log) = (settings.aeTitle, logger)
    let companion = hospital.map { hospital -> MartletServer.Companion in
      { await hospital.run(at: $0, aeTitle: title, logger: log) }
    }
    try await server.run(alongside: companion) { addresses in
      print("Martlet \(Version.number), data in \(data.path)")
      print("  DICOM  \(addresses.dicom)")
      if !addresses.dicomTLS.isEmpty { print("  TLS    \(addresses.dicomTLS)") }
      print("  Web    \(addresses.web.joined(separator: "  "))")
      print("  HL7    \(addresses.hl7)")
      if let hospital {
        print(hospital.greeting)
      } else if let link = addresses.setupLink {
        print("Create the administrator, once: \(link)")
      } else {
        print("Sign in with your user name and password.")
      }
      flushOutput()
    }
  }

  private func apply(to settings: inout Settings) throws {
    let flags: [(key: String, value: String?)] = [
      ("dicomPort", dicomPort.map { String($0) }), ("httpPort", httpPort.map { String($0) }),
      ("httpsPort", httpsPort.map { String($0) }), ("hl7Port", hl7Port.map { String($0) }), ("bind", bind),
      ("dicomBind", dicomBind), ("webBind", webBind), ("hl7Bind", hl7Bind),
    ]
    for flag in flags {
      if let value = flag.value { try settings.set(flag.key, to: value) }
    }
    for pair in set {
      guard let equals = pair.firstIndex(of: "=") else {
        throw ValidationError("--set \(pair): key=value is expected.")
      }
      try settings.set(String(pair[..<equals]), to: String(pair[pair.index(after: equals)...]))
    }
  }
}
