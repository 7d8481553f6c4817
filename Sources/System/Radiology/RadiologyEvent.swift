// SPDX-License-Identifier: Apache-2.0

/// Something that happened in the department: who, when, from which state to which, and what caused it. Kept by the
/// transaction that made it happen, and never removed: waiting and turnaround times come out of it.
public struct RadiologyEvent: Sendable, Hashable, Codable {
  /// What it happened to; 0 where it was no such thing.
  public struct Subject: Sendable, Hashable, Codable {
    public var patient: Int64 = 0
    public var order: Int64 = 0
    /// `RequestedProcedure.id`.
    public var procedure: Int64 = 0
    /// `ScheduledProcedureStep.id`.
    public var step: Int64 = 0

    public init(patient: Int64 = 0, order: Int64 = 0, procedure: Int64 = 0, step: Int64 = 0) {
      self.patient = patient
      self.order = order
      self.procedure = procedure
      self.step = step
    }
  }

  /// Ascending, never used twice; 0 before it was kept.
  public var sequence: Int64
  /// `patient.*`, `order.*`, `exam.<ExamCommand>`, `step.<StepCommand>`, `study.*`, `report.*`,
  /// `appointment.<AppointmentChange>`, `agenda.*`.
  public var kind: String
  /// Microseconds since 1970-01-01 UTC.
  public var at: Int64
  public var subject: Subject
  /// Empty where the kind knows no states.
  public var from: String
  public var to: String
  public var by: String
  public var origin: Performer.Origin
  /// HL7 message control ID, MPPS SOP Instance UID, Study Instance UID; empty for none.
  public var cause: String
  /// In words.
  public var reason: String

  /// Its reason says what stands in a report that is perhaps not validated, or what is wrong with one.
  var tellsOfDrafts: Bool {
    if kind == "critical.raised" || kind == "exam.\(ExamCommand.sendBack.rawValue)" { return true }
    return kind.hasPrefix("report.") && ReportStatus(rawValue: to)?.isVisible != true
  }

  public init(
    _ kind: String, at: Int64, subject: Subject, from: String = "", to: String = "", by performer: Performer,
    reason: String = ""
  ) {
    sequence = 0
    self.kind = kind
    self.at = at
    self.subject = subject
    self.from = from
    self.to = to
    by = performer.name
    origin = performer.origin
    cause = performer.cause
    self.reason = reason
  }
}
