// SPDX-License-Identifier: Apache-2.0

/// Something that a person has to look at: bytes in quarantine, a conflict of versions, or an
/// instance that is stored and that the index does not take.
public struct Incident: Sendable, Hashable {
  public enum Kind: String, Sendable { case quarantined, conflict, notIndexed }

  public var id: Int64
  public var kind: Kind
  /// Microseconds since 1970-01-01 UTC.
  public var at: Int64
  /// Who sent it.
  public var sender: String
  /// What was wrong and where.
  public var reason: String
  public var instanceUID: String
  /// Path below the data folder, for quarantined bytes.
  public var file: String
  public var size: Int64

  public init(
    id: Int64 = 0, kind: Kind, at: Int64, sender: String, reason: String, instanceUID: String, file: String, size: Int64
  ) {
    self.id = id
    self.kind = kind
    self.at = at
    self.sender = sender
    self.reason = reason
    self.instanceUID = instanceUID
    self.file = file
    self.size = size
  }
}

/// The list of incidents.
public protocol IncidentList: Sendable {
  func add(_ incident: Incident) throws
  /// Newest first.
  func incidents(limit: Int) throws -> [Incident]
  func remove(id: Int64) throws
}
