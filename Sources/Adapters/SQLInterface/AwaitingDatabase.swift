// SPDX-License-Identifier: Apache-2.0

/// A database of which every transaction first awaits something, such as what others have promised to write.
public struct AwaitingDatabase: SQLDatabase {
  private let base: any SQLDatabase
  private let wait: @Sendable () -> Void

  /// - Parameter wait: blocks until a transaction may begin.
  public init(_ base: any SQLDatabase, _ wait: @escaping @Sendable () -> Void) {
    self.base = base
    self.wait = wait
  }

  public var dialect: any SQLDialect { base.dialect }

  public func read<Result>(
    _ cancellation: SQLCancellation?, _ body: (any SQLConnection) throws -> Result
  ) throws -> Result {
    wait()
    return try base.read(cancellation, body)
  }

  public func look<Result>(_ body: (any SQLConnection) throws -> Result) throws -> Result {
    wait()
    return try base.look(body)
  }

  public func write<Result>(
    _ durability: Durability, _ body: (any SQLConnection) throws -> Result
  ) throws -> Result {
    wait()
    return try base.write(durability, body)
  }

  public func listen(_ channel: String, _ handler: @escaping @Sendable () -> Void) throws -> any SQLListener {
    try base.listen(channel, handler)
  }

  public func close() throws { try base.close() }
}
