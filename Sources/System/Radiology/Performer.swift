// SPDX-License-Identifier: Apache-2.0

import Trust

/// Who does something, and by which way.
public struct Performer: Sendable, Hashable {
  /// The door by which it came in.
  public enum Origin: String, Sendable, Codable, CaseIterable { case web, hl7, dicom, console, system }

  /// User name, AE title or sending application.
  public var name: String
  /// Nil for a system.
  public var role: Role?
  public var origin: Origin
  /// What caused it: HL7 message control ID, MPPS SOP Instance UID; empty where nothing did.
  public var cause: String

  public init(name: String, role: Role? = nil, origin: Origin, cause: String = "") {
    self.name = name
    self.role = role
    self.origin = origin
    self.cause = cause
  }

  /// A program that acts by itself.
  public static func system(_ name: String) -> Performer { Performer(name: name, origin: .system) }
}
