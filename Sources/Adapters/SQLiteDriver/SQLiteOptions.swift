// SPDX-License-Identifier: Apache-2.0

/// Sizes of a database's connections. Memory is at most the writer's cache and one cache for each reader.
public struct SQLiteOptions: Sendable {
  /// How long a writer waits for another process's writer.
  public var busyTimeout: Double = 15
  /// Connections that read at the same time.
  public var readers = 4
  /// Page cache of the writer, in KiB.
  public var writerCacheKiB = 8 << 10
  /// Page cache of each reader, in KiB.
  public var readerCacheKiB = 16 << 10
  /// Pages in the log after which a commit moves them into the database file.
  public var checkpointPages = 4000

  public init() {}
}
