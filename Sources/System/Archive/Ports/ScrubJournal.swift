// SPDX-License-Identifier: Apache-2.0

/// How far the scrub has come.
public struct ScrubProgress: Sendable, Hashable {
  /// Microseconds since 1970-01-01 UTC at which the pass was begun.
  public var begunAt: Int64
  /// The last file that was done; files are done in the order of their paths.
  public var file: String
  public var files: Int
  public var bytes: Int64
  public var findings: Int
  /// When the pass ended; nil while it is under way.
  public var endedAt: Int64?
  /// When the pass before it ended.
  public var lastEndedAt: Int64?

  public init(
    begunAt: Int64, file: String = "", files: Int = 0, bytes: Int64 = 0, findings: Int = 0, endedAt: Int64? = nil,
    lastEndedAt: Int64? = nil
  ) {
    self.begunAt = begunAt
    self.file = file
    self.files = files
    self.bytes = bytes
    self.findings = findings
    self.endedAt = endedAt
    self.lastEndedAt = lastEndedAt
  }
}

/// Where the scrub notes how far it has come, so that it goes on there after a restart.
public protocol ScrubJournal: Sendable {
  /// Nil before the first pass.
  func progress() throws -> ScrubProgress?
  func save(_ progress: ScrubProgress) throws
}
