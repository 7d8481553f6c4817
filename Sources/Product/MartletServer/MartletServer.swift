// SPDX-License-Identifier: Apache-2.0

import Archive
import DICOMCore
import DICOMFile
import DICOMGateway
import Foundation
import HL7Gateway
import Logging
import NIOPosix
import ReportPrinting
import SegmentStore
import ServiceLifecycle
import Trust
import UnixSignals
import WebGateway
import Workflow

/// The composition root: puts archive, gateways and database together and runs them until it is told to stop.
public struct MartletServer: Sendable {
  /// Where the server can be reached, once it can.
  public struct Addresses: Sendable {
    public var dicom: String
    /// Empty where there is no listener for it.
    public var dicomTLS: String
    public var web: [String]
    public var hl7: String
    /// One-time link that creates the first administrator; nil where there is one.
    public var setupLink: String?
  }

  let folder: DataFolder
  let settings: Settings
  private let logger: Logger

  /// Seconds that open work is given at the end.
  static let shutdownSeconds = 8

  public init(folder: DataFolder, settings: Settings, logger: Logger) {
    self.folder = folder
    self.settings = settings
    self.logger = logger
  }

  /// Something that goes on beside the server, and is cancelled before it stops.
  public typealias Companion = @Sendable (Addresses) async -> Void

  /// Serves until SIGINT or SIGTERM. `announce` is called when all listeners are up.
  public func run(
    alongside companion: Companion? = nil, announce: @escaping @Sendable (Addresses) -> Void
  ) async throws {
    FileLimit.raise()
    HeapReserve.set()
    try folder.create()
    guard let lock = try ServerLock(folder) else {
      throw SettingsError(key: "data", reason: "another process uses \(folder.path)")
    }
    let database = try ServerDatabase(folder, settings)
    let parts = try ServerArchive(folder, settings, database, logger: logger)
    let archive = parts.archive
    let recovery = try parts.start()
    logger.info("archive ready: \(recovery)")
    defer { archive.stop() }
    let department = try makeDepartment(parts, database)
    let dicom = try makeDICOM(archive, database, department)
    let messages = try await ServerMessages(
      settings, database, handlers: DepartmentHandlers(database.department).handlers, logger: named("hl7"))
    try lock.publish(
      ServerLock.Owner(
        process: getpid(), aeTitle: settings.aeTitle, dicomHost: settings.dicomAddress, dicomPort: dicom.port))
    let setup = try SetupLink(accounts: database.accounts, credentials: database.credentials).issue(now: Clock.now())
    let readiness = Readiness()
    let status = ServerStatus(
      dicomPort: dicom.port, hl7Port: messages.listener.port, aeTitle: settings.aeTitle, startedAt: Clock.now(),
      archive: archive, store: parts.store, scrub: database.scrub)
    let (announced, announcement) = AsyncStream<Addresses>.makeStream()
    let web = try makeWeb(parts, database, department, messages.ports, status, readiness) { bound in
      status.bound(bound)
      readiness.open()
      let addresses = addresses(dicom: dicom, hl7: messages.listener.port, web: bound, setup: setup)
      announce(addresses)
      announcement.yield(addresses)
    }
    dicom.start()
    var configuration = ServiceGroupConfiguration(
      services: [
        .init(service: HL7Service(listener: messages.listener)),
        .init(service: OutboundService(notifier: messages.notifier, sender: messages.sender)),
        .init(service: DICOMService(server: dicom)),
        .init(service: web),
        .init(service: LifeCycleService(parts.lifeCycle, logger: named("archive"))),
        .init(service: makeJobs(archive, database, department)),
        .init(
          service: RadiologyService(
            archive: archive, consumers: database.consumers, department: database.department,
            arrivals: arrivals(parts, database), performedSteps: department.performedSteps,
            logger: named("radiology"))),
        .init(service: CopyService(parts, folder)),
        .init(service: ReadySegmentService(parts)),
        .init(service: ScrubService(parts.scrub, logger: named("scrub"))),
        .init(service: AlarmService(parts.watch, logger: named("alarms"))),
        .init(service: BinService(parts.corrections, database, settings, logger: named("archive"))),
      ],
      gracefulShutdownSignals: [.sigint, .sigterm], logger: logger)
    if let companion {
      // The last one is the first to be stopped.
      configuration.services.append(.init(service: CompanionService(announced: announced, body: companion)))
    }
    configuration.maximumGracefulShutdownDuration = .seconds(Self.shutdownSeconds)
    try await ServiceGroup(configuration: configuration).run()
    withExtendedLifetime(lock) {}
  }

  private func makeDICOM(
    _ archive: ImageArchive, _ database: ServerDatabase, _ department: DepartmentServices
  ) throws -> DICOMServer {
    let identity = try UserIdentityCheck(
      accounts: database.accounts, credentials: database.credentials, tokenKeyFile: settings.tokenKeyFile)
    return try DICOMServer(
      options: gatewayOptions, archive: archive, nodes: database.nodes, journal: database.journal,
      department: department, logger: named("dicom"),
      authenticate: { identity.check(name: $0, passcode: $1, address: $2) })
  }

  private func makeWeb(
    _ parts: ServerArchive, _ database: ServerDatabase, _ department: DepartmentServices, _ messages: MessagePorts,
    _ status: ServerStatus, _ readiness: Readiness, onBound: @escaping @Sendable (WebServer.BoundPorts) -> Void
  ) throws -> WebServer {
    let isLoopback = LoopbackAddress.contains(host: settings.webAddress)
    let client = ClientFolder.find()
    if client == nil { logger.warning("the browser client was not built: Web/build makes it") }
    let options = WebServerOptions(
      http: .init(host: isLoopback ? settings.webAddress : "127.0.0.1", port: settings.httpPort),
      https: isLoopback ? nil : .init(host: settings.webAddress, port: settings.httpsPort),
      tlsFolder: folder.file("tls"), uploadFolder: folder.file("uploads"), clientFolder: client,
      version: Version.number,
      sessions: .init(idleTimeout: Int64(settings.sessionIdleMinutes) * 60_000_000),
      allowedOrigins: settings.allowedOrigins, linkKey: try LinkKeyFile(folder.file("link.key")).key())
    var ports = WebPorts(
      archive: parts.archive, accounts: database.accounts, credentials: database.credentials, audit: database.journal,
      nodes: database.nodes, incidents: database.incidents, alarms: database.alarms, corrections: parts.corrections,
      status: { try status.now() }, isReady: { readiness.isOpen })
    ports.commitment = parts.commitment
    let echo = NodeEcho(options: gatewayOptions)
    ports.echo = { [absences = department.absences] node in
      let trial = echo.ask(node)
      if trial.succeeded { absences.heard(of: node.aeTitle, now: Clock.now()) }
      return trial
    }
    ports.otherArchives = FederatedArchives(
      parts.archive, nodes: database.nodes, options: gatewayOptions, logger: named("dicom"))
    ports.jobs = database.jobs
    ports.routes = database.routes
    ports.arrivalRules = database.arrivalRules
    ports.arrivals = arrivals(parts, database)
    ports.performedSteps = database.performedSteps
    ports.procedureSteps = department.procedureSteps
    ports.announcedStudies = department.announcedStudies
    ports.department = database.department
    ports.reportPDF = { try ReportPages.pdf($0) }
    ports.institutionName = settings.institutionName
    ports.preferences = database.preferences
    ports.messages = messages
    return try WebServer(options: options, ports: ports, logger: named("web"), onBound: onBound)
  }

  /// All that is done in the background, by kind, and what turns events into it.
  private func makeJobs(
    _ archive: ImageArchive, _ database: ServerDatabase, _ department: DepartmentServices
  ) -> JobService {
    let forwarder = Forwarder(
      archive: archive, nodes: database.nodes, options: gatewayOptions, logger: named("jobs"), moment: WallClock.moment)
    let fetcher = StudyFetcher(
      archive: archive, nodes: database.nodes, options: gatewayOptions, logger: named("jobs"))
    let router = Router(
      archive: archive, directory: database.routes, moment: WallClock.moment, encode: JobPayload.encode)
    let routing = OutboxFollower(
      Router.consumer, index: database.index, consumers: database.consumers, store: database.jobs, jobs: router.jobs)
    let nodes = database.nodes
    let availability = department.availability(
      index: database.index, consumers: database.consumers, steps: database.performedSteps, options: gatewayOptions)
    let absences = department.absences
    let department = department.jobHandlers(options: gatewayOptions, logger: named("dicom"))
    var service = JobService(
      store: database.jobs,
      handlers: [forwarder.handler, fetcher.handler, NoticeSender()] + films(database).handlers + department
        + (availability.map { [$0.handler] } ?? []),
      followers: [routing] + (availability.map { [$0.follower] } ?? []),
      owner: database.owner,
      parallelism: { queue in
        let title = FetchOrder.node(ofQueue: queue) ?? queue
        return ((try? nodes.node(aeTitle: title)) ?? nil)?.profile.parallel ?? 1
      },
      absences: absences, logger: named("jobs"))
    if !settings.prefetchTo.isEmpty {
      service.priors = PriorsFeed(
        radiology: database.radiology, prefetch: database.prefetch, jobs: database.jobs,
        destinations: settings.prefetchTo, limit: settings.prefetchStudies, occasions: Set(settings.prefetchOn))
    }
    return service
  }

  private func addresses(dicom: DICOMServer, hl7: Int, web: WebServer.BoundPorts, setup: Secret?) -> Addresses {
    var urls: [String] = []
    if let port = web.https { urls.append("https://\(Self.authority(settings.webAddress)):\(port)") }
    if let port = web.http { urls.append("http://localhost:\(port)") }
    return Addresses(
      dicom: "\(settings.aeTitle) at \(settings.dicomAddress):\(dicom.port)",
      dicomTLS: dicom.tlsPort.map { "\(settings.aeTitle) at \(settings.dicomTLSAddress):\($0)" } ?? "", web: urls,
      hl7: "\(settings.hl7Address):\(hl7)",
      setupLink: setup.flatMap { secret in urls.first.map { "\($0)/#/setup?token=\(secret.text)" } })
  }

  /// The host as a URL shows it: the machine's name where every address is served.
  private static func authority(_ host: String) -> String {
    if host == "0.0.0.0" || host == "::" { return ProcessInfo.processInfo.hostName }
    return host.contains(":") ? "[\(host)]" : host
  }

  func named(_ part: String) -> Logger {
    var logger = logger
    logger[metadataKey: "part"] = "\(part)"
    return logger
  }
}
