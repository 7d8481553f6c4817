// SPDX-License-Identifier: Apache-2.0

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif
import LibPQ
import SQLInterface

/// One connection to the server, used by one thread at a time. It stays in libpq's pipeline mode: whatever is sent
/// before a synchronisation goes over the network together, a transaction's `BEGIN` with its first statement.
package final class PostgreSQLSession: @unchecked Sendable {  // Handed from thread to thread by a pool.
  /// Commands that wait for one synchronisation, and their bytes, at most.
  private static let batchLimit = 256
  private static let batchBytes = 1 << 20
  /// The oldest server with what the statements use.
  private static let oldestServer: Int32 = 120_000

  let handle: OpaquePointer
  /// Nothing but closing is left to do.
  private(set) var isBroken = false
  /// Was in use before.
  var isUsed = false
  private var statements: [String: PostgreSQLStatement] = [:]
  private var statementCount = 0
  /// Sent before the next statement.
  private var deferred: [String] = []
  /// Synchronisations whose answers nobody has read.
  private var unread = 0

  package init(_ options: PostgreSQLOptions) throws {
    var words = [
      ("dbname", options.url), ("connect_timeout", String(options.connectTimeout)),
      ("fallback_application_name", "martlet"), ("client_encoding", "UTF8"),
      // A server that is gone without a word is noticed within a minute.
      ("tcp_user_timeout", "30000"), ("keepalives_idle", "30"), ("keepalives_interval", "10"),
      ("keepalives_count", "3"),
    ]
    if let password = options.password { words.append(("password", password)) }
    let keys = words.map { strdup($0.0) }
    let values = words.map { strdup($0.1) }
    defer { (keys + values).forEach { free($0) } }
    let connection = (keys.map { UnsafePointer($0) } + [nil]).withUnsafeBufferPointer { keys in
      (values.map { UnsafePointer($0) } + [nil]).withUnsafeBufferPointer { values in
        PQconnectdbParams(keys.baseAddress, values.baseAddress, 1)
      }
    }
    guard let connection else { throw SQLError(.disconnected, reason: "no memory for a connection") }
    handle = connection
    // Here and below, `deinit` closes what is given up.
    guard PQstatus(handle) == CONNECTION_OK else { throw SQLError.disconnected(handle) }
    // Notices, such as of tables that are there already, are for nobody.
    PQsetNoticeReceiver(handle, { _, _ in }, nil)
    try check()
    PQsetnonblocking(handle, 1)
    PQenterPipelineMode(handle)
  }

  deinit { PQfinish(handle) }

  private func check() throws {
    guard PQserverVersion(handle) >= Self.oldestServer else {
      throw SQLError(.schema, reason: "PostgreSQL 12 or later is needed")
    }
    let encoding = PQparameterStatus(handle, "server_encoding").map { String(cString: $0) } ?? ""
    guard encoding == "UTF8" else {
      throw SQLError(.schema, reason: "the database's encoding is \(encoding), not UTF8")
    }
  }

  // MARK: Statements

  /// Sends these with the next statement.
  func queue(_ commands: [String]) { deferred += commands }

  /// The statement out of the cache, or a new one.
  func statement(_ sql: String, reused: Bool) -> PostgreSQLStatement {
    if reused, let known = statements[sql] { return known }
    statementCount += 1
    let statement = PostgreSQLStatement(sql, name: reused ? "s\(statementCount)" : nil, session: self)
    if reused { statements[sql] = statement }
    return statement
  }

  /// Runs a statement once for each set of parameters.
  /// - Parameter each: called with the number of a set and its rows.
  func run(
    _ statement: PostgreSQLStatement, _ sets: [ParameterBuffer], _ each: (Int, ResultRows) throws -> Void
  ) throws {
    var start = 0
    while start < sets.count {
      var end = start
      var size = 0
      let isNew = statement.name != nil && !statement.isPrepared
      try sendDeferred()
      if let name = statement.name, isNew { try send(PQsendPrepare(handle, name, statement.sql, 0, nil)) }
      while end < sets.count, end - start < Self.batchLimit, size < Self.batchBytes {
        try send(statement, sets[end])
        size += sets[end].byteCount
        end += 1
      }
      let results = try synchronise(statement.sql)
      if isNew { statement.isPrepared = true }
      // What was sent before the sets has results of its own.
      for (index, rows) in results.suffix(end - start).enumerated() { try each(start + index, rows) }
      start = end
    }
  }

  /// Runs commands without parameters, one after another.
  func run(_ commands: [String]) throws -> ResultRows? {
    deferred += commands
    try sendDeferred()
    return try synchronise(commands.last ?? "").last
  }

  /// Sends commands without waiting for what becomes of them.
  func post(_ commands: [String]) throws {
    deferred += commands
    try sendDeferred()
    try send(PQpipelineSync(handle))
    unread += 1
    try flush()
  }

  /// Runs several statements as one text, which pipelines do not take.
  package func script(_ sql: String) throws {
    try sendDeferred()
    _ = try synchronise(sql)
    guard PQexitPipelineMode(handle) == 1 else { throw lost() }
    defer { PQenterPipelineMode(handle) }
    try send(PQsendQuery(handle, sql))
    try flush()
    var failure: SQLError?
    while let result = try nextResult() {
      if failure == nil { failure = error(result, sql) }
      PQclear(result)
    }
    // What was prepared may have been for other tables.
    statements.values.forEach { $0.forget() }
    statements = [:]
    if let failure { throw failure }
  }

  private func sendDeferred() throws {
    for command in deferred {
      try send(PQsendQueryParams(handle, command, 0, nil, nil, nil, nil, 1))
    }
    deferred = []
  }

  private func send(_ statement: PostgreSQLStatement, _ parameters: ParameterBuffer) throws {
    try send(
      parameters.withPointers { count, values, lengths, formats in
        if let name = statement.name {
          PQsendQueryPrepared(handle, name, count, values, lengths, formats, 1)
        } else {
          PQsendQueryParams(handle, statement.sql, count, nil, values, lengths, formats, 1)
        }
      })
  }

  private func send(_ success: Int32) throws {
    if success != 1 { throw lost() }
  }

  // MARK: Answers

  /// Waits until the server has done all that was sent.
  /// - Returns: the results, of what was sent before and not waited for too.
  private func synchronise(_ sql: String) throws -> [ResultRows] {
    try send(PQpipelineSync(handle))
    unread += 1
    try flush()
    var results: [ResultRows] = []
    var failure: SQLError?
    while unread > 0 {
      // Nothing between two statements.
      guard let result = try nextResult() else {
        if PQstatus(handle) == CONNECTION_BAD { throw failure ?? lost() }
        continue
      }
      switch PQresultStatus(result) {
      case PGRES_PIPELINE_SYNC:
        unread -= 1
        PQclear(result)
      case PGRES_TUPLES_OK, PGRES_COMMAND_OK: results.append(ResultRows(result))
      default:
        if failure == nil { failure = error(result, sql) }
        PQclear(result)
        if PQstatus(handle) == CONNECTION_BAD {
          isBroken = true
          throw failure ?? lost()
        }
      }
    }
    if let failure { throw failure }
    return results
  }

  private func error(_ result: OpaquePointer, _ sql: String) -> SQLError? {
    switch PQresultStatus(result) {
    case PGRES_FATAL_ERROR, PGRES_BAD_RESPONSE:
      return SQLError(result: result, connection: handle, statement: sql)
    default: return nil
    }
  }

  private func nextResult() throws -> OpaquePointer? {
    while PQisBusy(handle) != 0 {
      try wait(for: POLLIN)
      if PQconsumeInput(handle) != 1 { throw lost() }
    }
    return PQgetResult(handle)
  }

  private func flush() throws {
    while true {
      let state = PQflush(handle)
      if state == 0 { return }
      if state < 0 { throw lost() }
      // The server may want its answers to be read before it reads more.
      if try wait(for: POLLIN | POLLOUT) & POLLIN != 0, PQconsumeInput(handle) != 1 { throw lost() }
    }
  }

  @discardableResult
  private func wait(for events: Int32) throws -> Int32 {
    var descriptor = pollfd(fd: PQsocket(handle), events: Int16(events), revents: 0)
    guard descriptor.fd >= 0 else { throw lost() }
    while poll(&descriptor, 1, -1) < 0 {
      guard errno == EINTR else { throw lost() }
    }
    return Int32(descriptor.revents)
  }

  private func lost() -> SQLError {
    isBroken = true
    return .disconnected(handle)
  }

  /// Whether the server has not closed the connection while nobody looked.
  func isAlive() -> Bool {
    var descriptor = pollfd(fd: PQsocket(handle), events: Int16(POLLIN), revents: 0)
    while !isBroken, poll(&descriptor, 1, 0) > 0 {
      if PQconsumeInput(handle) != 1 || PQstatus(handle) == CONNECTION_BAD { isBroken = true }
    }
    return !isBroken
  }

  /// Not to be used again.
  func discard() { isBroken = true }

  /// Something that stops the statement that runs, from any thread.
  func canceller() -> @Sendable () -> Void {
    nonisolated(unsafe) let request = PQgetCancel(handle)  // Made to be used by other threads.
    let box = CancelRequest(request)
    return { box.send() }
  }
}

/// A request to stop, freed when nobody can make it any more.
private final class CancelRequest: @unchecked Sendable {  // libpq's is safe to use from any thread.
  private let request: OpaquePointer?

  init(_ request: OpaquePointer?) { self.request = request }

  deinit { PQfreeCancel(request) }

  func send() {
    var message = [CChar](repeating: 0, count: 256)
    _ = PQcancel(request, &message, Int32(message.count))
  }
}

extension PostgreSQLSession {
  /// Waits for a notice of the channels that it listens to.
  func hasNotice(within milliseconds: Int32) throws -> Bool {
    var descriptor = pollfd(fd: PQsocket(handle), events: Int16(POLLIN), revents: 0)
    let count = poll(&descriptor, 1, milliseconds)
    if count > 0, PQconsumeInput(handle) != 1 { throw SQLError.disconnected(handle) }
    var isThere = false
    while let notice = PQnotifies(handle) {
      isThere = true
      PQfreemem(notice)
    }
    if !isThere, PQstatus(handle) == CONNECTION_BAD { throw SQLError.disconnected(handle) }
    return isThere
  }
}
