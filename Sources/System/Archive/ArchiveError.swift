// SPDX-License-Identifier: Apache-2.0

/// Why the archive could not do something that it was asked for.
public struct ArchiveError: Error, Sendable, Hashable, CustomStringConvertible {
  public enum Code: String, Sendable {
    /// No space left on the device, or over a quota.
    case storageFull
    /// Reading or writing failed.
    case storageFailed
    /// All writers are busy, and none came free in time.
    case tooManyWriters
    /// The index takes nothing now, being locked, read-only or out of reach. Nothing was changed in it.
    case indexUnavailable
    /// The bytes are not there.
    case missing
    /// The bytes are there, but are not what was stored.
    case damaged
    /// A function was called out of order, or after `stop`.
    case misuse
  }

  public var code: Code
  public var reason: String
  /// Path below the storage folder, where there is one.
  public var file: String
  /// Position in the file.
  public var offset: Int64?

  public init(_ code: Code, _ reason: String, file: String = "", offset: Int64? = nil) {
    self.code = code
    self.reason = reason
    self.file = file
    self.offset = offset
  }

  public var description: String {
    let place = offset.map { "\(file) at \($0): " } ?? (file.isEmpty ? "" : "\(file): ")
    return "\(place)\(reason) (\(code.rawValue))"
  }

  /// Whether the cause lies outside of the program and may go away: what was asked for may be asked for again.
  public var isOfResources: Bool {
    switch code {
    case .storageFull, .storageFailed, .tooManyWriters, .indexUnavailable: true
    case .missing, .damaged, .misuse: false
    }
  }

  public static func == (left: Self, right: Self) -> Bool { left.code == right.code }
  public func hash(into hasher: inout Hasher) { hasher.combine(code) }
}
