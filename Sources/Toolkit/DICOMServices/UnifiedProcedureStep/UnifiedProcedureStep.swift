// SPDX-License-Identifier: Apache-2.0

public import DICOMCore
import DICOMDictionary

/// A unified procedure step as its SCP keeps it: what requests make of it (PS3.4 §CC.2).
public struct UnifiedProcedureStep: Sendable, Hashable {
  /// Items that one of its sequences may have, so that nobody can make it grow without end.
  public static let maximumItems = 10_000
  /// What stands in Worklist Label (0074,1202), which a step always has, where its creator gave none.
  public static let defaultWorklistLabel = "GENERAL"

  /// Without the Transaction UID.
  public private(set) var attributes: DataSet
  public private(set) var state: UnifiedProcedureStepState
  /// Who knows it controls the step; nil while it is scheduled, and where it was canceled before anybody began.
  public private(set) var transactionUID: UID?

  /// Why a request is refused: what goes into the response.
  public struct Refusal: Error, Sendable, Hashable, CustomStringConvertible {
    public let status: DIMSEStatus
    public let comment: String
    public let tag: Tag?

    public init(_ status: DIMSEStatus, _ comment: String, tag: Tag? = nil) {
      self.status = status
      self.comment = comment
      self.tag = tag
    }

    init(_ fault: AttributeFault) { self.init(fault.status, fault.comment, tag: fault.tag) }

    public var description: String { "\(status): \(comment)" }
  }

  /// One that was kept.
  public init(attributes: DataSet, state: UnifiedProcedureStepState, transactionUID: UID?) {
    self.attributes = attributes
    self.state = state
    self.transactionUID = transactionUID
  }

  /// N-CREATE (PS3.4 §CC.2.5).
  /// - Parameter now: DT of the modification.
  public init(creating given: DataSet, as sopInstance: UID, at now: String) throws(Refusal) {
    let rules = UnifiedProcedureStepAttributes.rows()
    if let fault = rules.fault(in: given, .creation) { throw Refusal(fault) }
    let named = given.string(.procedureStepState) ?? ""
    guard named == UnifiedProcedureStepState.scheduled.rawValue else {
      throw Refusal(.stepNotScheduled, "a step is created SCHEDULED, not \(named)", tag: .procedureStepState)
    }
    for tag in UnifiedProcedureStepAttributes.emptyAtCreation where given[tag]?.isEmpty == false {
      throw Refusal(.invalidAttributeValue, "\(tag) is created empty", tag: tag)
    }
    try Self.checkValues(given)
    var attributes = rules.addingEmpty(to: given, .creation) { DataDictionary.vr(for: $0) ?? .UN }
    for tag in UnifiedProcedureStepAttributes.secret { attributes.remove(tag) }
    attributes.set(.sopClassUID, UID.unifiedProcedureStepPush)
    attributes.set(.sopInstanceUID, sopInstance)
    attributes.set(.scheduledProcedureStepModificationDateTime, .DT, now)
    if attributes.string(.worklistLabel)?.isEmpty ?? true {
      attributes.set(.worklistLabel, .LO, Self.defaultWorklistLabel)
    }
    self.init(attributes: attributes, state: .scheduled, transactionUID: nil)
    try checkSize()
  }

  /// N-SET (PS3.4 §CC.2.6). Sequences are replaced as a whole.
  /// - Returns: attributes that must not be changed and were given; they stay as they were.
  public mutating func set(_ given: DataSet, at now: String) throws(Refusal) -> [Tag] {
    try checkControl(given.uid(.transactionUID))
    if let named = given.string(.procedureStepState), named != state.rawValue {
      let isSchedule = named == UnifiedProcedureStepState.scheduled.rawValue
      throw Refusal(
        isSchedule ? .stepScheduledByCreationOnly : .invalidAttributeValue, "the state is changed by N-ACTION",
        tag: .procedureStepState)
    }
    let rules = UnifiedProcedureStepAttributes.rows()
    if let fault = rules.fault(in: given, .setting) { throw Refusal(fault) }
    for tag in Self.neverEmpty where given[tag]?.isEmpty == true {
      throw Refusal(.missingAttributeValue, "\(tag) must have a value", tag: tag)
    }
    try Self.checkValues(given)
    let forbidden = rules.notAllowed(in: given, .setting)
    var changed = self
    changed.attributes.merge(given, except: Set(forbidden).union(UnifiedProcedureStepAttributes.secret))
    changed.attributes.set(.scheduledProcedureStepModificationDateTime, .DT, now)
    try changed.checkSize()
    let ignored = forbidden.filter { given.strings($0) != attributes.strings($0) || given[$0]?.items != nil }
    self = changed
    return ignored
  }

  /// N-ACTION Change UPS State (PS3.4 §CC.2.1).
  /// - Returns: a warning, with nothing changed, or success.
  public mutating func change(to next: UnifiedProcedureStepState, transactionUID given: UID?) throws(Refusal)
    -> DIMSEStatus
  {
    let request = UnifiedProcedureStepTransitions.Request(changingTo: next, hasTransactionUID: isCorrect(given))
    switch UnifiedProcedureStepTransitions.outcome(request, in: state) {
    case .becomes(let states):
      for state in states { try enter(state) }
      if next == .inProgress { transactionUID = given }
      return .success
    case .tellsSubscribers: return .success
    case .answered(let status):
      guard status.isDone else { throw Refusal(status, Self.comment(status, state), tag: Self.offending(status)) }
      return status
    }
  }

  /// N-ACTION Request UPS Cancel (PS3.4 §CC.2.2): a step that nobody has begun is begun and canceled.
  /// - Parameters:
  ///   - information: its reasons become those of the step.
  ///   - now: DT of the cancellation.
  /// - Returns: the status, and the states that were entered; none where subscribers are to be told, or with a warning.
  public mutating func requestCancel(_ information: DataSet, at now: String) throws(Refusal)
    -> (status: DIMSEStatus, entered: [UnifiedProcedureStepState])
  {
    switch UnifiedProcedureStepTransitions.outcome(.requestCancel, in: state) {
    case .tellsSubscribers: return (.success, [])
    case .answered(let status):
      guard status.isDone else { throw Refusal(status, Self.comment(status, state)) }
      return (status, [])
    case .becomes(let states):
      var canceled = self
      canceled.attributes.merge(Self.cancellation(information, at: now), except: [])
      canceled.attributes.set(.scheduledProcedureStepModificationDateTime, .DT, now)
      for state in states { try canceled.enter(state) }
      self = canceled
      return (.success, states)
    }
  }

  private mutating func enter(_ next: UnifiedProcedureStepState) throws(Refusal) {
    if next.isFinal {
      var complete = attributes
      complete.set(.procedureStepState, .CS, next.rawValue)
      if let fault = UnifiedProcedureStepAttributes.rows(next).fault(in: complete, .final) {
        throw Refusal(.finalStateRequirementsNotMet, "\(next.rawValue): \(fault.comment)", tag: fault.tag)
      }
    }
    state = next
    attributes.set(.procedureStepState, .CS, next.rawValue)
  }

  /// Whether who gives a Transaction UID may change the state: any that is one begins a step that nobody has begun.
  private func isCorrect(_ given: UID?) -> Bool {
    guard let given, given.isValid else { return false }
    if state == .scheduled { return true }
    return given == transactionUID
  }

  /// Who may change attributes (PS3.4 §CC.2.6.3): anybody before the step is begun, then who began it, then nobody.
  private func checkControl(_ given: UID?) throws(Refusal) {
    let given = given?.rawValue.isEmpty == true ? nil : given
    switch state {
    case .scheduled:
      if given != nil { throw Refusal(.stepNotInProgress, "a scheduled step has no Transaction UID") }
    case .inProgress:
      guard given == transactionUID else {
        throw Refusal(.wrongTransactionUID, Self.comment(.wrongTransactionUID, state), tag: .transactionUID)
      }
    case .completed, .canceled: throw Refusal(.stepMayNoLongerBeUpdated, Self.comment(.stepMayNoLongerBeUpdated, state))
    }
  }

  /// A step always has a value of these, whoever changes it (type 1 of the SCP in N-SET).
  private static let neverEmpty: [Tag] = [
    .scheduledProcedureStepPriority, .procedureStepLabel, .worklistLabel, .scheduledProcedureStepStartDateTime,
    .inputReadinessState,
  ]

  /// Enumerated values (PS3.3 §C.30).
  private static let terms: [(Tag, [String])] = [
    (.scheduledProcedureStepPriority, ["HIGH", "MEDIUM", "LOW"]),
    (.inputReadinessState, ["READY", "UNAVAILABLE", "INCOMPLETE"]),
  ]

  private static func checkValues(_ given: DataSet) throws(Refusal) {
    for (tag, allowed) in terms {
      guard let value = given.string(tag), !value.isEmpty, !allowed.contains(value) else { continue }
      throw Refusal(.invalidAttributeValue, "\(tag) is \(allowed.joined(separator: ", "))", tag: tag)
    }
    let start = given.string(.scheduledProcedureStepStartDateTime) ?? ""
    guard start.isEmpty || TemporalRange.dateTime(start) != nil else {
      throw Refusal(.invalidAttributeValue, "the start is no DT", tag: .scheduledProcedureStepStartDateTime)
    }
  }

  private func checkSize() throws(Refusal) {
    for element in attributes.elements where (element.items?.count ?? 0) > Self.maximumItems {
      throw Refusal(.resourceLimitation, "\(element.tag) has more than \(Self.maximumItems) items", tag: element.tag)
    }
  }

  private static func comment(_ status: DIMSEStatus, _ state: UnifiedProcedureStepState) -> String {
    switch status {
    case .wrongTransactionUID: "the correct Transaction UID was not provided"
    case .stepScheduledByCreationOnly: "a step becomes SCHEDULED by N-CREATE only"
    default: "the step is \(state.rawValue)"
    }
  }

  private static func offending(_ status: DIMSEStatus) -> Tag? {
    switch status {
    case .wrongTransactionUID: .transactionUID
    case .stepScheduledByCreationOnly: .procedureStepState
    default: nil
    }
  }
}
