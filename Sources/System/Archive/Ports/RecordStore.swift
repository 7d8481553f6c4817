// SPDX-License-Identifier: Apache-2.0

/// A record beside the originals: its name, and the bytes of a JSON text.
public struct ArchiveRecord: Sendable, Hashable {
  /// `<time>-<n>`, digits and a hyphen.
  public var name: String
  public var content: [UInt8]

  public init(name: String, content: [UInt8]) {
    self.name = name
    self.content = content
  }
}

/// Where a record stands.
public struct RecordPlace: Sendable, Hashable {
  /// Path below the storage folder.
  public var file: String
  /// Position behind it.
  public var end: Int64

  public init(file: String, end: Int64) {
    self.file = file
    self.end = end
  }
}

/// Where records are kept: appended, never changed, never removed. Functions block and are safe to call from any
/// thread.
public protocol RecordStore: Sendable {
  /// Appends a record. When this returns, it outlasts a loss of power.
  func append(_ record: ArchiveRecord) throws -> RecordPlace

  /// Gives the records behind the ends that are named, file by file, in the order in which they were appended to each;
  /// all of a file that is not named. What is torn at the end of a file that nobody appends to is cut.
  func records(behind ends: [String: Int64], each: (ArchiveRecord, RecordPlace) throws -> Void) throws

  /// Paths of the files, below the storage folder, in order.
  func recordFiles() throws -> [String]
}
