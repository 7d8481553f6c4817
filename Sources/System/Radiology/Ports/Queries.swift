// SPDX-License-Identifier: Apache-2.0

import DICOMServices

/// Which patients to show. Empty fields ask for nothing.
public struct PatientQuery: Sendable, Hashable {
  /// Words or parts of words of the name, or a whole identifier; accents and case play no part. Names that begin with
  /// the first word come first.
  public var text = ""
  /// YYYYMMDD.
  public var birthDate = ""
  public var offset = 0
  public var limit = 50

  public init() {}
}

/// Which orders to show. Empty fields ask for nothing.
public struct OrderQuery: Sendable, Hashable {
  /// `PatientRecord.id`.
  public var patient: Int64?
  /// Words of the patient's name, or a whole identifier, accession, placer or filler number.
  public var text = ""
  /// With a procedure in one of these states.
  public var statuses: Set<ExamStatus> = []
  /// By the most urgent of their exams in these states, then by how long these wait; else the newest first. Not where
  /// the states are those of reported exams.
  public var urgentFirst = false
  public var offset = 0
  public var limit = 50

  public init() {}
}

/// Which scheduled steps to find: the matching keys of PS3.4 table K.6-1. Nil and empty fields match all.
public struct ScheduledStepQuery: Sendable, Hashable {
  /// Scheduled Station AE Title, any of these.
  public var stationAETitles: [String] = []
  /// Scheduled Procedure Step Start Date; numbers YYYYMMDD. Steps without a date match only where this is nil.
  public var dates: TemporalRange?
  /// Scheduled Procedure Step Start Time; microseconds of the day.
  public var times: TemporalRange?
  public var modalities: [String] = []
  /// Scheduled Performing Physician's Name.
  public var performingPhysician: PersonNamePattern?
  public var patient = PatientKeys()
  public var numbers = NumberKeys()
  public var statuses: Set<StepStatus> = StepStatus.open
  /// Newest start first, for lists of what was done.
  public var newestFirst = false
  public var limit: Int?

  /// Keys of the patient.
  public struct PatientKeys: Sendable, Hashable {
    public var name: PersonNamePattern?
    /// Patient ID; `*` and `?` as wildcards.
    public var id: WildcardPattern?
    /// Issuer of Patient ID.
    public var issuer: String?

    public init() {}
  }

  /// Keys of order, procedure and step.
  public struct NumberKeys: Sendable, Hashable {
    public var accession: WildcardPattern?
    public var procedureID: WildcardPattern?
    public var stepID: WildcardPattern?
    public var studyInstanceUIDs: [String] = []
    public var admissionID: String?

    public init() {}
  }

  public init() {}
}

/// A scheduled step with all that a worklist says of it (PS3.4 table K.6-1).
public struct WorklistItem: Sendable, Hashable, Codable {
  public var patient: PatientRecord
  /// Without its other procedures.
  public var order: Order
  /// Without its other steps.
  public var procedure: RequestedProcedure
  public var step: ScheduledProcedureStep

  public init(
    patient: PatientRecord, order: Order, procedure: RequestedProcedure, step: ScheduledProcedureStep
  ) {
    self.patient = patient
    self.order = order
    self.procedure = procedure
    self.step = step
  }
}
