// SPDX-License-Identifier: Apache-2.0

import Archive
import DICOMCore
import DICOMGateway
import Foundation
import HL7Gateway
import Logging
import NIOPosix
import ServiceLifecycle
import Trust
import WebGateway

/// The composition root: puts archive, gateways and database together and runs them until it is told to stop.
public struct MartletServer: Sendable {
  /// Where the server can be reached, once it can.
  public struct Addresses: Sendable {
    public var dicom: String
    public var web: [String]
    public var hl7: String
    /// One-time link that creates the first administrator; nil where there is one.
    public var setupLink: String?
  }

  private let folder: DataFolder
  private let settings: Settings
  private let logger: Logger

  /// Seconds that open work is given at the end.
  static let shutdownSeconds = 8
  /// What all kept HL7 messages may take.
  static let messageJournalBytes: Int64 = 1 << 30

  public init(folder: DataFolder, settings: Settings, logger: Logger) {
    self.folder = folder
    self.settings = settings
    self.logger = logger
  }

  /// Serves until SIGINT or SIGTERM. `announce` is called when all listeners are up.
  public func run(announce: @escaping @Sendable (Addresses) -> Void) async throws {
    FileLimit.raise()
    try folder.create()
    guard let lock = try ServerLock(folder) else {
      throw SettingsError(key: "data", reason: "another process uses \(folder.path)")
    }
    let database = try ServerDatabase(folder)
    let archive = try ServerArchive.open(folder, settings, database, logger: logger)
    let recovery = try archive.start()
    logger.info("archive ready: \(recovery)")
    defer { archive.stop() }
    let dicom = try makeDICOM(archive, database)
    let hl7 = try await makeHL7()
    try lock.publish(
      ServerLock.Owner(
        process: getpid(), aeTitle: settings.aeTitle, dicomHost: settings.dicomAddress, dicomPort: dicom.port))
    let setup = try SetupLink(accounts: database.accounts, credentials: database.credentials).issue(now: Clock.now())
    let addresses = Addresses(
      dicom: "\(settings.aeTitle) at \(settings.dicomAddress):\(dicom.port)", web: [],
      hl7: "\(settings.hl7Address):\(hl7.port)", setupLink: setup?.text)
    let web = try makeWeb(archive, database) { bound in
      var addresses = addresses
      addresses.web = bound
      if let setup, let first = bound.first { addresses.setupLink = "\(first)/#/setup?token=\(setup.text)" }
      announce(addresses)
    }
    dicom.start()
    var configuration = ServiceGroupConfiguration(
      services: [
        .init(service: HL7Service(listener: hl7)), .init(service: DICOMService(server: dicom)), .init(service: web),
      ],
      gracefulShutdownSignals: [.sigint, .sigterm], logger: logger)
    configuration.maximumGracefulShutdownDuration = .seconds(Self.shutdownSeconds)
    try await ServiceGroup(configuration: configuration).run()
    withExtendedLifetime(lock) {}
  }

  private func makeDICOM(_ archive: ImageArchive, _ database: ServerDatabase) throws -> DICOMServer {
    var options = GatewayOptions(
      aeTitle: settings.aeTitle, host: settings.dicomAddress, port: settings.dicomPort,
      implementationClassUID: ArchiveOptions.martletImplementationClassUID,
      implementationVersionName: Version.implementationName)
    options.acceptsUnknownLocalCallers = settings.acceptUnknownCallers != .never
    options.acceptsUnknownRemoteCallers = settings.acceptUnknownCallers == .always
    options.checksCalledAETitle = settings.checkCalledAETitle
    options.privateStorageClasses = settings.privateStorageClasses.map { UID($0) }
    options.maximumAssociations = settings.maximumAssociations
    options.idleSeconds = settings.associationIdleSeconds
    options.artimSeconds = settings.artimSeconds
    options.maximumPDULength = settings.maximumPDULength
    let identity = try UserIdentityCheck(accounts: database.accounts, credentials: database.credentials)
    return try DICOMServer(
      options: options, archive: archive, nodes: database.nodes, journal: database.journal,
      logger: named("dicom"), authenticate: { identity.check(name: $0, passcode: $1, address: $2) })
  }

  private func makeHL7() async throws -> HL7Listener {
    let journal = try MessageJournal(folder: folder.file("hl7"), maximumBytes: Self.messageJournalBytes)
    return try await HL7Listener(
      host: settings.hl7Address, port: settings.hl7Port, journal: journal, disk: .singleton, logger: named("hl7"))
  }

  private func named(_ part: String) -> Logger {
    var logger = logger
    logger[metadataKey: "part"] = "\(part)"
    return logger
  }
}
