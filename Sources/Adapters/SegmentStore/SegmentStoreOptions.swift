// SPDX-License-Identifier: Apache-2.0

import Archive
import CDirectIO

/// What a segment store is told when it is made.
public struct SegmentStoreOptions: Sendable {
  /// Bytes that a segment is given when it begins. It is sealed when it has no room for another buffer.
  public var segmentSize: Int64
  /// The most segments that are made ahead, with their blocks written (`SegmentStore.prepareSegments`).
  public var readySegments = 0
  /// Bytes of each writer's buffer. Larger objects are appended piece by piece.
  public var bufferSize: Int
  /// The most objects that are written at the same time.
  public var maximumWriters: Int
  /// Seconds that a caller waits for a writer.
  public var writerPatience: Int
  /// Bytes of memory that keep what was just stored or read.
  public var cacheSize: Int
  /// Past the page cache, where the file system lets us.
  public var directIO: Bool
  /// Signs the manifest of a study file: gives the bytes of `manifest.sig`. Nil leaves it unsigned.
  public var sign: (@Sendable ([UInt8]) throws -> [UInt8]?)?
  /// A second folder in which every file is kept too; nil keeps one copy.
  public var copy: String?
  /// An object stands in both folders before the answer; else the second follows.
  public var copiesFirst = false
  /// Seconds that the second folder may be behind without an alarm.
  public var copyLagSeconds = 900
  /// Where alarms are raised.
  public var board: AlarmBoard?
  /// Is told in a sentence what an administrator should know.
  public var warn: @Sendable (String) -> Void
  /// A disk that fails, for tests.
  package var faults: (any StorageFaults)?
  /// Microseconds since 1970-01-01 UTC.
  public var now: @Sendable () -> Int64

  public init(
    segmentSize: Int64 = 64 << 20, bufferSize: Int = 1 << 20, maximumWriters: Int = 32, writerPatience: Int = 30,
    cacheSize: Int = SegmentStoreOptions.defaultCacheSize, directIO: Bool = true,
    sign: (@Sendable ([UInt8]) throws -> [UInt8]?)? = nil,
    warn: @escaping @Sendable (String) -> Void = { _ in },
    now: @escaping @Sendable () -> Int64 = ArchiveOptions.systemTime
  ) {
    self.segmentSize = segmentSize
    self.bufferSize = bufferSize
    self.maximumWriters = maximumWriters
    self.writerPatience = writerPatience
    self.cacheSize = cacheSize
    self.directIO = directIO
    self.sign = sign
    self.warn = warn
    self.now = now
  }

  /// A sixteenth of the machine's memory, at least 64 MiB and at most 1 GiB.
  public static var defaultCacheSize: Int {
    Int(min(max(cdio_physical_memory() / 16, 64 << 20), 1 << 30))
  }
}
