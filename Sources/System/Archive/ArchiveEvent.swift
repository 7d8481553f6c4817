// SPDX-License-Identifier: Apache-2.0

/// Something that happened in the archive, kept in the outbox by the transaction that made it happen.
public struct ArchiveEvent: Sendable, Hashable {
  /// Ascending, never used twice.
  public var sequence: Int64
  /// `instance.stored`, `instance.conflict`.
  public var kind: String
  public var studyUID: String
  public var seriesUID: String
  public var instanceUID: String
  /// Microseconds since 1970-01-01 UTC.
  public var at: Int64

  public init(
    sequence: Int64, kind: String, studyUID: String, seriesUID: String, instanceUID: String, at: Int64
  ) {
    self.sequence = sequence
    self.kind = kind
    self.studyUID = studyUID
    self.seriesUID = seriesUID
    self.instanceUID = instanceUID
    self.at = at
  }
}
