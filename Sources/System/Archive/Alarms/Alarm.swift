// SPDX-License-Identifier: Apache-2.0

/// A condition that an administrator has to know of, from when it was first noticed until it is over.
public struct Alarm: Sendable, Hashable {
  /// What is wrong. A kind is a word in lower camel case; any part of the system may add its own.
  public struct Kind: RawRepresentable, Sendable, Hashable {
    public let rawValue: String
    public init(rawValue: String) { self.rawValue = rawValue }

    /// No room for what arrives.
    public static let storageFull = Kind(rawValue: "storageFull")
    /// Little room is left.
    public static let storageLow = Kind(rawValue: "storageLow")
    /// The disk does not take or give what it should: an I/O error, a read-only file system.
    public static let storageFailed = Kind(rawValue: "storageFailed")
    /// More senders at once than there are writers, for longer than they wait.
    public static let writersBusy = Kind(rawValue: "writersBusy")
    /// The index cannot be written: locked, read-only, out of reach.
    public static let indexUnavailable = Kind(rawValue: "indexUnavailable")
    /// The second copy cannot be reached.
    public static let copyGone = Kind(rawValue: "copyGone")
    /// The primary folder cannot be reached; the archive runs from its copy.
    public static let primaryGone = Kind(rawValue: "primaryGone")
    /// The second copy is behind for too long.
    public static let copyBehind = Kind(rawValue: "copyBehind")
    /// A file could not be copied.
    public static let copyFailed = Kind(rawValue: "copyFailed")
    /// Something could be read on one of two sides only.
    public static let readElsewhere = Kind(rawValue: "readElsewhere")
    /// Something that is stored is not as it was stored, and could not be repaired.
    public static let damaged = Kind(rawValue: "damaged")
    /// Something was damaged, and was written again from the other side.
    public static let repaired = Kind(rawValue: "repaired")
    /// Not everything was read within the period that was set.
    public static let scrubBehind = Kind(rawValue: "scrubBehind")
    /// Manifests of studies cannot be signed.
    public static let signingOff = Kind(rawValue: "signingOff")
    /// Nobody has acknowledged a critical result in time.
    public static let criticalResultLate = Kind(rawValue: "criticalResultLate")
    /// Something failed that should not be able to.
    public static let fault = Kind(rawValue: "fault")
  }

  public enum Severity: String, Sendable, Hashable, CaseIterable {
    /// Works, but somebody has to look soon.
    case warning
    /// Something does not work, or something was lost.
    case critical
  }

  public var kind: Kind
  /// What it is about, such as a file; empty for the whole.
  public var subject: String
  public var severity: Severity
  /// For a person.
  public var reason: String
  /// Microseconds since 1970-01-01 UTC at which it began.
  public var firstAt: Int64
  /// When it was noticed last.
  public var lastAt: Int64
  /// How often it was noticed since it began.
  public var count: Int
  /// When it was over; nil while it is not.
  public var clearedAt: Int64?

  public init(
    kind: Kind, subject: String = "", severity: Severity, reason: String, firstAt: Int64, lastAt: Int64, count: Int = 1,
    clearedAt: Int64? = nil
  ) {
    self.kind = kind
    self.subject = subject
    self.severity = severity
    self.reason = reason
    self.firstAt = firstAt
    self.lastAt = lastAt
    self.count = count
    self.clearedAt = clearedAt
  }

  public var isOpen: Bool { clearedAt == nil }
}
