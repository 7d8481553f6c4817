// SPDX-License-Identifier: Apache-2.0

import HL7
import Messaging
import Radiology

/// What HL7 messages do in the department: the table of all that is taken.
public struct DepartmentHandlers: Sendable {
  let department: Department

  public init(_ department: Department) { self.department = department }

  /// Admissions and demographics (RAD-1, RAD-12).
  static let patientEvents = [
    "A01", "A02", "A03", "A04", "A05", "A06", "A07", "A08", "A09", "A10", "A11", "A12", "A13",
    "A14", "A15", "A16",
    "A25", "A26", "A27", "A28", "A31", "A38",
  ]
  /// One record goes up in another (RAD-12, ITI-8).
  static let mergeEvents = ["A18", "A30", "A34", "A36", "A39", "A40", "A43"]
  /// An identifier is replaced by another.
  static let identifierEvents = ["A46", "A47", "A49"]
  /// An account or a visit is another patient's, with its orders.
  static let moveEvents = ["A44", "A45"]
  /// An account goes up in another.
  static let accountEvents = ["A35", "A41", "A50"]

  /// All handlers.
  public var handlers: MessageHandlers {
    var handlers = MessageHandlers()
    handlers.on(Self.patientEvents.map { "ADT^" + $0 }) { try updatePatient($0, $1) }
    handlers.on(Self.mergeEvents.map { "ADT^" + $0 }) { try mergePatients($0, $1) }
    handlers.on(Self.identifierEvents.map { "ADT^" + $0 }) { try changeIdentifier($0, $1) }
    handlers.on(Self.moveEvents.map { "ADT^" + $0 }) { try moveAccount($0, $1) }
    handlers.on(Self.accountEvents.map { "ADT^" + $0 }) { try changeAccount($0, $1) }
    handlers.on(["ORM^O01", "OMG^O19", "OMI^O23"]) { try takeOrders($0, $1) }
    handlers.on(Self.appointmentEvents.map { "SIU^" + $0 }) { try takeAppointment($0, $1) }
    handlers.on(Self.removalEvents.map { "SIU^" + $0 }) { try takeRemoval($0, $1) }
    handlers.on(Self.slotEvents.map { "SIU^" + $0 }) { try takeSlots($0, $1) }
    handlers.on(["ORU^R01"]) { try takeResults($0, $1) }
    handlers.on(["QBP^Q22"]) { try findPatients($0, $1) }
    return handlers
  }

  static func performer(_ origin: MessageHandlers.Origin) -> Performer {
    let name = origin.sender.application.isEmpty ? "HL7" : origin.sender.application
    return Performer(name: name, origin: .hl7, cause: origin.controlID)
  }

  /// Runs what the department may refuse; its codes become those of table 0357.
  func asked<Result>(at place: Location?, _ body: () throws -> Result) throws -> Result {
    do { return try body() } catch let error as RadiologyError {
      let code: HL7Error.Code =
        switch error.code {
        case .notFound: .unknownKeyIdentifier
        case .conflict: .duplicateKeyIdentifier
        case .notAllowed, .blocked: .recordLocked
        case .invalid: .dataType
        default: .internalError
        }
      throw HL7Error(code, error.reason, at: place)
    }
  }
}
