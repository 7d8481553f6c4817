// SPDX-License-Identifier: Apache-2.0

public import DICOMCore
import DICOMDictionary

/// A modality performed procedure step as its SCP keeps it: what N-CREATE and N-SET make of it (PS3.4 §F.7.2).
public struct PerformedProcedureStep: Sendable, Hashable {
  /// Items that the series of a step may have, so that a modality cannot make it grow without end.
  public static let maximumSeries = 2000

  /// The attributes, with an empty element for every one of type 2 that was not given.
  public private(set) var attributes: DataSet
  public private(set) var state: PerformedStepState

  /// Why an operation is refused.
  public struct Refusal: Error, Sendable, Hashable {
    public let status: DIMSEStatus
    public let errorID: UInt16?
    public let comment: String
    public let tag: Tag?

    public init(_ status: DIMSEStatus, errorID: UInt16? = nil, _ comment: String, tag: Tag? = nil) {
      self.status = status
      self.errorID = errorID
      self.comment = comment
      self.tag = tag
    }

    init(_ fault: AttributeFault) { self.init(fault.status, fault.comment, tag: fault.tag) }
  }

  /// One that was kept.
  public init(attributes: DataSet, state: PerformedStepState) {
    self.attributes = attributes
    self.state = state
  }

  /// N-CREATE.
  public init(creating given: DataSet) throws(Refusal) {
    let rules = PerformedProcedureStepAttributes.all
    if let fault = rules.fault(in: given, .creation) { throw Refusal(fault) }
    state = try Self.next(.create, in: nil, given)
    attributes = rules.addingEmpty(to: given, .creation, vr: Self.representation)
    try checkSize()
  }

  /// N-SET: sequences are replaced as a whole (PS3.4 §F.7.2.2.2).
  /// - Returns: attributes that must not be changed, and were given with another value; they stay as they were.
  public mutating func set(_ given: DataSet) throws(Refusal) -> [Tag] {
    let rules = PerformedProcedureStepAttributes.all
    let next = try Self.next(.set, in: state, given)
    if let fault = rules.fault(in: given, .setting) { throw Refusal(fault) }
    let forbidden = rules.notAllowed(in: given, .setting)
    var changed = attributes
    changed.merge(given, except: Set(forbidden))
    if next.isFinal {
      if let fault = Self.finalRules(changed, next).fault(in: changed, .final) {
        throw Refusal(fault.status, "\(next.rawValue): \(fault.comment)", tag: fault.tag)
      }
    }
    let step = PerformedProcedureStep(attributes: changed, state: next)
    try step.checkSize()
    let ignored = forbidden.filter { given.strings($0) != attributes.strings($0) || given[$0]?.items != nil }
    self = step
    return ignored
  }

  private static func next(
    _ operation: PerformedStepTransitions.Operation, in state: PerformedStepState?, _ given: DataSet
  ) throws(Refusal) -> PerformedStepState {
    let text = given.string(.performedProcedureStepStatus)
    let value = text.flatMap { PerformedStepState(rawValue: $0) }
    if let text, value == nil, state?.isFinal != true {
      throw Refusal(
        .invalidAttributeValue, "\(text) is no Performed Procedure Step Status", tag: .performedProcedureStepStatus)
    }
    switch PerformedStepTransitions.outcome(operation, in: state, giving: value) {
    case .becomes(let next): return next
    case .refused(let status, let errorID, let comment):
      throw Refusal(status, errorID: errorID, comment, tag: value == nil ? nil : .performedProcedureStepStatus)
    }
  }

  /// A step that was discontinued before anything was acquired has no series (table F.7.2-1, note 2).
  private static func finalRules(_ attributes: DataSet, _ state: PerformedStepState) -> [AttributeRequirement] {
    let mayHaveNone = state == .discontinued && attributes.items(.performedSeriesSequence).isEmpty
    return PerformedProcedureStepAttributes.all.filter { !mayHaveNone || $0.tag != .performedSeriesSequence }
  }

  private func checkSize() throws(Refusal) {
    guard attributes.items(.performedSeriesSequence).count <= Self.maximumSeries else {
      throw Refusal(
        .resourceLimitation, "more than \(Self.maximumSeries) performed series", tag: .performedSeriesSequence)
    }
  }

  private static func representation(_ tag: Tag) -> VR { DataDictionary.vr(for: tag) ?? .UN }
}

extension DataSet {
  /// Takes the elements of another data set, its text in this one's character set, or both in UTF-8 where it has not
  /// what the other needs.
  mutating func merge(_ other: DataSet, except: Set<Tag>) {
    var other = other
    if (try? other.convertText(to: characterSet)) == nil {
      try? convertText(to: .utf8)
      try? other.convertText(to: .utf8)
    }
    for element in other.elements where !except.contains(element.tag) && element.tag != .specificCharacterSet {
      set(element)
    }
  }
}
