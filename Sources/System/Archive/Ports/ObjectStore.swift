// SPDX-License-Identifier: Apache-2.0

import DICOMCore

/// By what an object is called inside the store, so that people find it there without Martlet.
public struct ObjectName: Hashable, Sendable {
  public var study: UID
  public var series: UID
  public var instance: UID
  /// 1, or the number of the further version.
  public var version: Int

  public init(study: UID, series: UID, instance: UID, version: Int = 1) {
    self.study = study
    self.series = series
    self.instance = instance
    self.version = version
  }
}

/// A range of a file of the store that holds a whole object.
public struct ObjectExtent: Hashable, Sendable {
  /// Path below the storage folder.
  public var file: String
  public var offset: Int64
  public var length: Int64
  /// CRC-32C of the bytes.
  public var checksum: UInt32

  public init(file: String, offset: Int64, length: Int64, checksum: UInt32) {
    self.file = file
    self.offset = offset
    self.length = length
    self.checksum = checksum
  }
}

/// A whole object that recovery found behind what is indexed.
public struct RecoveredObject: Sendable {
  public var extent: ObjectExtent
  /// Microseconds since 1970-01-01 UTC at which it was written, as exact as the store knows.
  public var storedAt: Int64

  public init(extent: ObjectExtent, storedAt: Int64) {
    self.extent = extent
    self.storedAt = storedAt
  }
}

/// What recovery did to the files.
public struct StoreRecovery: Sendable, Equatable {
  /// Files of which something was read.
  public var filesRead = 0
  /// Whole objects found.
  public var objects = 0
  /// Files whose end was torn, and was cut off.
  public var torn = 0
  /// Places in the middle of a file where something damaged was passed over, because whole objects follow.
  public var damaged = 0

  public init() {}
}

/// Where the bytes of objects are kept. Objects are appended, never changed. Safe to call from any thread.
public protocol ObjectStore: Sendable {
  /// Reads what stands behind the indexed ends, gives each whole object to `each`, cuts what is torn, and makes the
  /// store ready for writers. Called once, first.
  /// - Parameter indexedEnds: for each file, the end of the last object in it that is indexed.
  func recover(indexedEnds: [String: Int64], each: (RecoveredObject) throws -> Void) throws -> StoreRecovery

  /// A writer out of a bounded pool. Waits a while where all are busy, then throws `tooManyWriters`.
  func takeWriter() throws -> any ObjectWriter

  /// Gives a range of a file in pieces, in order.
  func read(
    _ file: String, offset: Int64, count: Int64, _ piece: (UnsafeRawBufferPointer) throws -> Void
  ) throws

  /// The same, several pieces at once where they are there, so that they can be sent by one call.
  func readTogether(
    _ file: String, offset: Int64, count: Int64, _ pieces: ([UnsafeRawBufferPointer]) throws -> Void
  ) throws

  /// Says that a range will be read soon. Costs the caller no time; the store may do nothing.
  func prepare(_ file: String, offset: Int64, count: Int64)

  /// The heads of a series that stand behind its last object in a study file; nil where there are none.
  /// - Parameter expected: about how many bytes they have, so that one read gives them.
  func heads(behind last: ObjectExtent, expected: Int64) throws -> SeriesHeads?

  /// CRC-32C of a range.
  func checksum(_ file: String, offset: Int64, count: Int64) throws -> UInt32

  /// CRC-32C of an object without its first bytes, by the checksum of the whole.
  func checksum(_ extent: ObjectExtent, behind headLength: Int64) throws -> UInt32

  /// CRC-32C of bytes in memory that follow those whose checksum is given; 0 for none.
  func checksum(of bytes: UnsafeRawBufferPointer, following checksum: UInt32) -> UInt32

  /// Ends all writers that were given back. Nothing is written after this.
  func close() throws
}

/// Writes one object after another. Used by one thread at a time.
public protocol ObjectWriter: AnyObject {
  /// Begins an object with its first bytes; the checksum of what follows them is kept apart.
  func begin(head: UnsafeRawBufferPointer) throws

  /// Lets `fill` write the next bytes of the object where they will be written to the disk from. It gets at least
  /// `minimum` bytes of space and returns how many it used.
  /// - Parameter minimum: at most `ObjectWriterLimits.space`.
  func withSpace(_ minimum: Int, _ fill: (UnsafeMutableRawBufferPointer) throws -> Int) throws

  /// Bytes of the pending object so far, or of the last one that was committed; its head included.
  var count: Int64 { get }

  /// CRC-32C of what was given behind the head so far.
  var bodyChecksum: UInt32 { get }

  /// Gives a range of the pending object, or of the last one that was committed, in pieces.
  func readBack(from: Int64, count: Int64, _ piece: (UnsafeRawBufferPointer) throws -> Void) throws

  /// Ends the pending object. When this returns, it outlasts a loss of power.
  func commit(_ name: ObjectName) throws -> ObjectExtent

  /// Gives the last committed object another name.
  func rename(_ name: ObjectName) throws

  /// Forgets the pending object; where there is none, the last one that was committed, which nobody may refer to.
  func revoke() throws

  /// Gives the writer back; a pending object is revoked. The writer is not used after this.
  func giveBack()
}

/// Limits that every writer keeps.
public enum ObjectWriterLimits {
  /// The most that `ObjectWriter.withSpace` may ask for: two PDUs of the largest length that Martlet offers.
  public static let space = 256 * 1024
}

extension ObjectStore {
  public func heads(behind last: ObjectExtent, expected: Int64) throws -> SeriesHeads? { nil }

  public func readTogether(
    _ file: String, offset: Int64, count: Int64, _ pieces: ([UnsafeRawBufferPointer]) throws -> Void
  ) throws {
    try read(file, offset: offset, count: count) { try pieces([$0]) }
  }

  public func prepare(_ file: String, offset: Int64, count: Int64) {}

  public func checksum(_ extent: ObjectExtent, behind headLength: Int64) throws -> UInt32 {
    try checksum(extent.file, offset: extent.offset + headLength, count: extent.length - headLength)
  }
}

extension ObjectWriter {
  /// Copies bytes to the end of the object.
  public func append(_ bytes: UnsafeRawBufferPointer) throws {
    var rest = bytes
    while !rest.isEmpty {
      try withSpace(1) { space in
        let count = min(space.count, rest.count)
        space.copyMemory(from: UnsafeRawBufferPointer(rebasing: rest[..<count]))
        rest = UnsafeRawBufferPointer(rebasing: rest[count...])
        return count
      }
    }
  }
}
