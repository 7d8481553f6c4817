// SPDX-License-Identifier: Apache-2.0

/// An exam that the department offers: codes, steps, durations, preparation, questions to be asked.
public struct CatalogueEntry: Sendable, Hashable, Codable {
  /// The department's own code, unique.
  public var code = ""
  public var title = ""
  /// Requested Procedure Code Sequence (0032,1064).
  public var codes: [CodedElement] = []
  public var bodyPart = ""
  public var steps: [Step] = []
  /// What the patient is told to do.
  public var preparation = ""
  /// What must be asked before; none for no questions.
  public var questions: [SafetyQuestion] = []
  /// `ReportTemplate.name`; empty for none.
  public var template = ""
  public var isActive = true

  /// A step that each such exam has.
  public struct Step: Sendable, Hashable, Codable {
    public var description = ""
    public var modality = ""
    public var minutes = 20
    /// Scheduled Protocol Code Sequence (0040,0008).
    public var protocolCodes: [CodedElement] = []
    public var contrastAgent = ""
    /// `Resource.id` of those where it can be done.
    public var resources: [Int64] = []

    public init() {}

    public init(from decoder: any Decoder) throws {
      self.init()
      let values = try decoder.container(keyedBy: CodingKeys.self)
      try values.read(.description, &description)
      try values.read(.modality, &modality)
      try values.read(.minutes, &minutes)
      try values.read(.protocolCodes, &protocolCodes)
      try values.read(.contrastAgent, &contrastAgent)
      try values.read(.resources, &resources)
    }
  }

  public init() {}

  public init(from decoder: any Decoder) throws {
    self.init()
    let values = try decoder.container(keyedBy: CodingKeys.self)
    try values.read(.code, &code)
    try values.read(.title, &title)
    try values.read(.codes, &codes)
    try values.read(.bodyPart, &bodyPart)
    try values.read(.steps, &steps)
    try values.read(.preparation, &preparation)
    try values.read(.questions, &questions)
    try values.read(.template, &template)
    try values.read(.isActive, &isActive)
  }

  /// Fills in what an order left open.
  func complete(_ procedure: inout RequestedProcedure) {
    if procedure.description.isEmpty { procedure.description = title }
    if procedure.codes.isEmpty { procedure.codes = codes }
    if procedure.steps.isEmpty { procedure.steps = steps.map { _ in ScheduledProcedureStep() } }
    for (index, entry) in steps.enumerated() where index < procedure.steps.count {
      if procedure.steps[index].description.isEmpty { procedure.steps[index].description = entry.description }
      if procedure.steps[index].modality.isEmpty { procedure.steps[index].modality = entry.modality }
      if procedure.steps[index].minutes == 0 { procedure.steps[index].minutes = entry.minutes }
      if procedure.steps[index].protocolCodes.isEmpty { procedure.steps[index].protocolCodes = entry.protocolCodes }
      if procedure.steps[index].contrastAgent.isEmpty { procedure.steps[index].contrastAgent = entry.contrastAgent }
    }
  }
}
