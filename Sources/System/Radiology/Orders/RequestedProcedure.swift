// SPDX-License-Identifier: Apache-2.0

/// One exam that an order asks for (PS3.3 §C.4.11): what is billed, carried out in steps, and reported as a whole.
public struct RequestedProcedure: Sendable, Hashable, Codable, Identifiable {
  /// 0 before it was placed.
  public var id: Int64 = 0
  /// Requested Procedure ID (0040,1001), at most 16 characters; made where empty.
  public var procedureID = ""
  /// Requested Procedure Description (0032,1060).
  public var description = ""
  /// Requested Procedure Code Sequence (0032,1064).
  public var codes: [CodedElement] = []
  /// Study Instance UID (0020,000D); made where empty.
  public var studyInstanceUID = ""
  public var priority = Priority.routine
  public var details = ProcedureDetails()
  public var status = ExamStatus.requested
  public var steps: [ScheduledProcedureStep] = []
  /// Who works on it alone; nil for nobody.
  public var claim: Claim?
  /// Why it was cancelled, discontinued or not attended; empty else.
  public var endReason = ""
  /// Microseconds since 1970-01-01 UTC at which it came into its status.
  public var statusSince: Int64 = 0

  public init() {}

  /// Somebody who works on an exam, so that nobody else does.
  public struct Claim: Sendable, Hashable, Codable {
    /// User name.
    public var by: String
    /// Microseconds since 1970-01-01 UTC.
    public var at: Int64

    public init(by: String, at: Int64) {
      self.by = by
      self.at = at
    }
  }

  /// Modalities of the steps, each once.
  public var modalities: [String] {
    var seen: [String] = []
    for step in steps where !step.modality.isEmpty && !seen.contains(step.modality) { seen.append(step.modality) }
    return seen
  }
}

/// What else is known of a requested procedure.
public struct ProcedureDetails: Sendable, Hashable, Codable {
  /// `L`, `R`, `B`, or empty.
  public var laterality = ""
  /// Requested Procedure Comments (0040,1400).
  public var comments = ""
  /// Patient Transport Arrangements (0040,1004).
  public var transport = ""
  /// Requested Procedure Location (0040,1005).
  public var location = ""
  /// Names of Intended Recipients of Results (0040,1010), as PN.
  public var recipients: [String] = []
  /// Code in the department's catalogue; empty where not from it.
  public var catalogueCode = ""

  public init() {}
}

extension RequestedProcedure {
  /// What is left out keeps its default.
  public init(from decoder: any Decoder) throws {
    self.init()
    let values = try decoder.container(keyedBy: CodingKeys.self)
    try values.read(.id, &id)
    try values.read(.procedureID, &procedureID)
    try values.read(.description, &description)
    try values.read(.codes, &codes)
    try values.read(.studyInstanceUID, &studyInstanceUID)
    try values.read(.priority, &priority)
    try values.read(.details, &details)
    try values.read(.status, &status)
    try values.read(.steps, &steps)
    try values.read(.claim, &claim)
    try values.read(.endReason, &endReason)
    try values.read(.statusSince, &statusSince)
  }
}

extension ProcedureDetails {
  /// What is left out keeps its default.
  public init(from decoder: any Decoder) throws {
    self.init()
    let values = try decoder.container(keyedBy: CodingKeys.self)
    try values.read(.laterality, &laterality)
    try values.read(.comments, &comments)
    try values.read(.transport, &transport)
    try values.read(.location, &location)
    try values.read(.recipients, &recipients)
    try values.read(.catalogueCode, &catalogueCode)
  }
}
