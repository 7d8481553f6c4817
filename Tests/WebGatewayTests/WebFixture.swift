// SPDX-License-Identifier: Apache-2.0

import Archive
import DICOMCore
import HTTPTypes
import Hummingbird
import HummingbirdCore
import Logging
import NIOCore
import NIOEmbedded
import NIOPosix
import Radiology
import SQLStore
import SQLTestKit
import Synchronization
import SystemTestKit
import Trust

@testable import WebGateway

/// A department's database that is made when it is first needed.
final class LazyRadiologyStore: RadiologyStore {
  private let opened = Mutex<(temporary: TemporaryDatabase, store: SQLRadiologyStore)?>(nil)

  private func store() throws -> SQLRadiologyStore {
    try opened.withLock { opened in
      if let opened { return opened.store }
      let temporary = try TemporaryDatabase(.sqlite)
      try Schema.migrate(temporary.database)
      let made = (temporary: temporary, store: SQLRadiologyStore(temporary.database))
      opened = made
      return made.store
    }
  }

  func read<Result>(_ body: (any RadiologyTables) throws -> Result) throws -> Result { try store().read(body) }
  func write<Result>(_ body: (any RadiologyTables) throws -> Result) throws -> Result { try store().write(body) }
  func writeRepeatable<Result>(_ body: (any RadiologyTables) throws -> Result) throws -> Result {
    try store().writeRepeatable(body)
  }
}

/// All routes over parts in memory, called without a socket.
final class WebFixture: Sendable {
  /// What came back.
  struct Answer {
    var status: Int
    var headers: HTTPFields
    var body: [UInt8]

    var text: String { String(decoding: body, as: UTF8.self) }
  }

  static let password = "correct horse"
  /// Cheap enough for a debug build.
  static let fastHash = PasswordHash.Parameters(logRounds: 4, blockSize: 8, parallelism: 1)

  let memory: MemoryArchive
  let ports = MemoryPorts()
  let services: WebServices
  private let pool: NIOThreadPool
  private let responder: RouterResponder<WebContext>

  init(clientFolder: String? = nil) throws {
    memory = try MemoryArchive.started()
    pool = NIOThreadPool(numberOfThreads: 4)
    pool.start()
    let options = WebServerOptions(
      tlsFolder: "", clientFolder: clientFolder, version: "1.0",
      sessions: .init(idleTimeout: 3_600_000_000, lifetime: 3_600_000_000), passwordCost: Self.fastHash)
    var webPorts = WebPorts(
      archive: memory.archive, accounts: ports, credentials: ports, audit: ports, nodes: ports,
      incidents: memory.incidents,
      status: { SystemStatus(aeTitle: "MARTLET", startedAt: 1, counts: [.init("instances", 7)]) }, isReady: { true })
    webPorts.commitment = StorageCommitment(list: MemoryCommitmentList(), index: memory.index) { _ in true }
    webPorts.department = Department(store: LazyRadiologyStore())
    webPorts.preferences = ports
    webPorts.procedureSteps = UnifiedProcedureStepDesk(
      store: MemoryUnifiedProcedureStepStore(),
      receivers: UnifiedProcedureStepReceivers(nodes: { [] }, owe: { _ in }))
    services = try WebServices(
      options: options, ports: webPorts, pool: pool, logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
    responder = services.router(isSecure: false).router.buildResponder()
    for role in Role.allCases {
      try ports.save(
        Account(
          name: role.rawValue, displayName: role.rawValue, role: role,
          passwordHash: PasswordHash(password: Self.password, parameters: Self.fastHash).text, createdAt: 0))
    }
  }

  deinit { pool.shutdownGracefully { _ in } }

  /// A bearer token of the account that is named like the role.
  func token(_ role: Role) throws -> String {
    guard let account = try ports.account(named: role.rawValue) else { return "" }
    return try services.authenticator.makeToken(for: account, label: "test", lifetime: nil, now: 0).text
  }

  /// Makes a request.
  /// - Parameter role: sends the bearer token of this role.
  func call(
    _ method: HTTPRequest.Method = .get, _ path: String, as role: Role? = nil, _ headers: [(String, String)] = [],
    body: [UInt8] = []
  ) async throws -> Answer {
    var fields = HTTPFields()
    for (name, value) in headers { if let name = HTTPField.Name(name) { fields[name] = value } }
    if let role { fields[.authorization] = "Bearer " + (try token(role)) }
    let request = Request(
      head: HTTPRequest(
        method: method, scheme: "http", authority: "pacs.example:8080", path: path, headerFields: fields),
      body: RequestBody(buffer: ByteBuffer(bytes: body)))
    var logger = Logger(label: "test") { StreamLogHandler.standardError(label: $0) }
    logger.logLevel = .critical
    logger[metadataKey: "hb.request.id"] = "1"
    let context = WebContext(source: ApplicationRequestContextSource(channel: EmbeddedChannel(), logger: logger))
    let response = try await responder.respond(to: request, context: context)
    let collector = BodyCollector()
    try await response.body.write(collector)
    return Answer(
      status: response.status.code, headers: response.headers, body: Array(collector.bytes.readableBytesView))
  }

  /// Makes a request with a JSON body.
  func send(
    _ method: HTTPRequest.Method, _ path: String, as role: Role? = nil, json: String, _ headers: [(String, String)] = []
  ) async throws -> Answer {
    try await call(method, path, as: role, headers + [("Content-Type", "application/json")], body: Array(json.utf8))
  }

  /// Stores instances past the web.
  func store(_ instances: [TestInstance]) throws {
    let sink = try memory.sink()
    defer { sink.close() }
    for instance in instances { try instance.send(to: sink) }
  }
}
