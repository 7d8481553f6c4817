// SPDX-License-Identifier: Apache-2.0

public import DICOMCore

/// What a table of PS3.4 requires the service class user to say of an attribute in one kind of message.
public enum AttributeUsage: Sendable, Hashable {
  /// Type 1: present, with a value.
  case mandatory
  /// Type 2: present, perhaps without a value.
  case mayBeEmpty
  /// Type 3, or a condition that is the user's to judge.
  case optional
  case notAllowed
}

/// A column of an attribute table of a normalized SOP class.
public enum AttributePhase: Sendable, Hashable, CaseIterable {
  /// N-CREATE.
  case creation
  /// N-SET.
  case setting
  /// What the instance must have before it may reach its final state.
  case final
}

/// One row of an attribute table of a normalized SOP class (PS3.4), with the rows of its items.
public struct AttributeRequirement: Sendable, Hashable {
  public let tag: Tag
  public let creation: AttributeUsage
  public let setting: AttributeUsage
  /// In the final state; `optional` where the table has no requirement.
  public let final: AttributeUsage
  public let items: [AttributeRequirement]

  public init(
    _ tag: Tag, _ creation: AttributeUsage, _ setting: AttributeUsage, _ final: AttributeUsage = .optional,
    items: [AttributeRequirement] = []
  ) {
    self.tag = tag
    self.creation = creation
    self.setting = setting
    self.final = final
    self.items = items
  }

  /// What the attribute is in a phase: required, allowed, or not.
  public func usage(in phase: AttributePhase) -> AttributeUsage {
    switch phase {
    case .creation: creation
    case .setting: setting
    case .final: final
    }
  }
}

/// Why the attributes of a DIMSE-N request are refused: what goes into the response (PS3.7 §10.1, Annex C.5).
public struct AttributeFault: Error, Sendable, Hashable {
  public let status: DIMSEStatus
  public let tag: Tag
  public let comment: String

  public init(_ status: DIMSEStatus, _ tag: Tag, _ comment: String) {
    self.status = status
    self.tag = tag
    self.comment = comment
  }
}

extension [AttributeRequirement] {
  /// The first attribute of type 1 that is absent (0120) or has no value (0121), items included.
  ///
  /// Attributes of type 2 that are absent are no fault here: a receiver takes them as empty (`addingEmpty`).
  public func fault(
    in dataSet: DataSet, _ phase: AttributePhase
  ) -> AttributeFault? {
    for rule in self {
      guard let element = dataSet[rule.tag] else {
        if rule.usage(in: phase) == .mandatory {
          return AttributeFault(.missingAttribute, rule.tag, "\(rule.tag) is missing")
        }
        continue
      }
      if element.isEmpty, rule.usage(in: phase) == .mandatory {
        return AttributeFault(.missingAttributeValue, rule.tag, "\(rule.tag) has no value")
      }
      for (number, item) in (element.items ?? []).enumerated() {
        if let fault = rule.items.fault(in: item, phase) {
          return AttributeFault(fault.status, fault.tag, "\(rule.tag)[\(number + 1)]>\(fault.comment)")
        }
      }
    }
    return nil
  }

  /// Attributes of the root that the table does not allow in this kind of message.
  public func notAllowed(
    in dataSet: DataSet, _ phase: AttributePhase
  ) -> [Tag] {
    filter { $0.usage(in: phase) == .notAllowed && dataSet[$0.tag] != nil }.map(\.tag)
  }

  /// The data set with empty elements where those of type 2 are absent.
  public func addingEmpty(
    to dataSet: DataSet, _ phase: AttributePhase, vr: (Tag) -> VR
  ) -> DataSet {
    var result = dataSet
    for rule in self {
      if let element = result[rule.tag] {
        guard let items = element.items, !items.isEmpty, !rule.items.isEmpty else { continue }
        result.set(rule.tag, items: items.map { rule.items.addingEmpty(to: $0, phase, vr: vr) })
      } else if rule.usage(in: phase) == .mayBeEmpty {
        let representation = vr(rule.tag)
        result.set(
          DataElement(
            tag: rule.tag, vr: representation, value: representation == .SQ ? .items([]) : .bytes(.empty)))
      }
    }
    return result
  }
}
