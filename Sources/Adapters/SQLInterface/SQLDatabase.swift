// SPDX-License-Identifier: Apache-2.0

/// When a transaction's effect must have reached the disk.
public enum Durability: Sendable {
  /// Before the transaction returns.
  case flushed
  /// Some time later, in order: what is lost at a power failure is a tail of the transactions, never a part of one. A
  /// flushed transaction flushes all that came before it. A killed process loses nothing.
  case unflushed
}

/// A database. A transaction is a closure over a handle; many can read while one writes, and a reader sees what was
/// committed before it began. Functions block and are safe to call from any thread, but not from inside a
/// transaction.
public protocol SQLDatabase: Sendable {
  var dialect: any SQLDialect { get }

  /// Runs a transaction that only reads.
  /// - Parameter cancellation: stops it from another thread.
  @discardableResult
  func read<Result>(_ cancellation: SQLCancellation?, _ body: (any SQLConnection) throws -> Result) throws -> Result

  /// Runs one statement that only reads, for which no transaction need begin and end.
  func look<Result>(_ body: (any SQLConnection) throws -> Result) throws -> Result

  /// Runs a transaction that writes, alone among writers. An error rolls it back and is passed on.
  @discardableResult
  func write<Result>(_ durability: Durability, _ body: (any SQLConnection) throws -> Result) throws -> Result

  /// Calls the handler, on any thread, after transactions that told the channel (`SQLConnection.tell`) were committed;
  /// once for several, perhaps, and perhaps without any. An embedded database knows of this program's own only, so
  /// whoever needs to know of all looks from time to time as well.
  func listen(_ channel: String, _ handler: @escaping @Sendable () -> Void) throws -> any SQLListener

  /// Ends all connections; transactions that run are awaited.
  func close() throws
}

extension SQLDatabase {
  /// Runs a transaction that only reads.
  @discardableResult
  public func read<Result>(_ body: (any SQLConnection) throws -> Result) throws -> Result { try read(nil, body) }

  public func look<Result>(_ body: (any SQLConnection) throws -> Result) throws -> Result { try read(nil, body) }

  /// Runs a transaction that writes and is on disk when this returns.
  @discardableResult
  public func write<Result>(_ body: (any SQLConnection) throws -> Result) throws -> Result {
    try write(.flushed, body)
  }
}
