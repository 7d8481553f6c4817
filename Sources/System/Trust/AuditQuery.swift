// SPDX-License-Identifier: Apache-2.0

/// Which audit events to show. Empty fields ask for nothing.
public struct AuditQuery: Sendable, Hashable {
  /// User name or AE title.
  public var actor = ""
  public var patientID = ""
  /// Study UID, account, node.
  public var object = ""
  /// Event ID code meaning.
  public var event = ""
  /// Microseconds since 1970-01-01 UTC; the end not in it.
  public var from: Int64?
  public var to: Int64?
  public var limit = 100

  public init(limit: Int = 100) { self.limit = limit }

  public func matches(_ event: AuditEvent) -> Bool {
    (actor.isEmpty || actor == event.actor) && (patientID.isEmpty || patientID == event.patientID)
      && (object.isEmpty || object == event.object) && (self.event.isEmpty || self.event == event.event)
      && (from.map { $0 <= event.at } ?? true) && (to.map { event.at < $0 } ?? true)
  }
}

extension AuditJournal {
  /// Newest first.
  public func events(limit: Int) throws -> [AuditEvent] { try events(matching: AuditQuery(limit: limit)) }
}
