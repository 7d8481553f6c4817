// SPDX-License-Identifier: Apache-2.0

/// A part of an exam that is done at one station (PS3.3 §C.4.10): what a modality finds in its worklist.
public struct ScheduledProcedureStep: Sendable, Hashable, Codable, Identifiable {
  /// 0 before the order was placed.
  public var id: Int64 = 0
  /// Scheduled Procedure Step ID (0040,0009), at most 16 characters; made where empty.
  public var stepID = ""
  /// Modality (0008,0060), such as `CT`.
  public var modality = ""
  /// Scheduled Procedure Step Description (0040,0007).
  public var description = ""
  /// Scheduled Protocol Code Sequence (0040,0008).
  public var protocolCodes: [CodedElement] = []
  public var station = ScheduledStation()
  /// Scheduled Procedure Step Start Date and Time (0040,0002), (0040,0003); nil before it was booked.
  public var start: LocalDateTime?
  /// How long it keeps the room.
  public var minutes = 0
  /// Scheduled Performing Physician's Name (0040,0006), as PN.
  public var performingPhysician = ""
  /// Pre-Medication (0040,0012).
  public var preMedication = ""
  /// Requested Contrast Agent (0032,1070).
  public var contrastAgent = ""
  /// Comments on the Scheduled Procedure Step (0040,0400).
  public var comments = ""
  public var status = StepStatus.scheduled

  public init() {}
}

/// Where a step is done.
public struct ScheduledStation: Sendable, Hashable, Codable {
  /// Scheduled Station AE Title (0040,0001).
  public var aeTitles: [String] = []
  /// Scheduled Station Name (0040,0010).
  public var name = ""
  /// Scheduled Procedure Step Location (0040,0011).
  public var location = ""

  public init() {}
}

extension ScheduledProcedureStep {
  /// What is left out keeps its default.
  public init(from decoder: any Decoder) throws {
    self.init()
    let values = try decoder.container(keyedBy: CodingKeys.self)
    try values.read(.id, &id)
    try values.read(.stepID, &stepID)
    try values.read(.modality, &modality)
    try values.read(.description, &description)
    try values.read(.protocolCodes, &protocolCodes)
    try values.read(.station, &station)
    try values.read(.start, &start)
    try values.read(.minutes, &minutes)
    try values.read(.performingPhysician, &performingPhysician)
    try values.read(.preMedication, &preMedication)
    try values.read(.contrastAgent, &contrastAgent)
    try values.read(.comments, &comments)
    try values.read(.status, &status)
  }
}

extension ScheduledStation {
  /// What is left out keeps its default.
  public init(from decoder: any Decoder) throws {
    self.init()
    let values = try decoder.container(keyedBy: CodingKeys.self)
    try values.read(.aeTitles, &aeTitles)
    try values.read(.name, &name)
    try values.read(.location, &location)
  }
}
