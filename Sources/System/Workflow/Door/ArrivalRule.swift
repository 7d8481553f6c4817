// SPDX-License-Identifier: Apache-2.0

import Archive
import DICOMCore
import DICOMDictionary

/// What the series of a sender must say, and what is corrected of what they say. Whatever a rule finds, the images are
/// kept as they came.
public struct ArrivalRule: Sendable, Hashable, Codable {
  public static let maximumCount = 1000

  /// Unique.
  public var name: String
  public var isEnabled: Bool
  /// Who sent it: patterns of calling AE titles or user names; any where empty.
  public var callers: [String]
  /// Any where empty.
  public var modalities: [String]
  /// What must hold: a condition without patterns demands a value. What does not hold is listed for a person.
  public var expected: [AttributeTest]
  /// What is corrected, before the conditions are looked at. The originals stay, and each correction can be undone.
  public var changes: [AttributeChange]

  public init(
    name: String, isEnabled: Bool = true, callers: [String] = [], modalities: [String] = [],
    expected: [AttributeTest] = [], changes: [AttributeChange] = []
  ) {
    self.name = name
    self.isEnabled = isEnabled
    self.callers = callers
    self.modalities = modalities
    self.expected = expected
    self.changes = changes
  }

  /// What is wrong with it; nil for nothing.
  public var fault: String? {
    if !(1...64).contains(name.count) { return "a name has 1 to 64 characters" }
    if expected.isEmpty, changes.isEmpty { return "it expects nothing and changes nothing" }
    if expected.count + changes.count > 100 { return "it has more than 100 conditions and changes" }
    for test in expected where (try? AttributePath(test.attribute)) == nil {
      return "\(test.attribute) names no attribute"
    }
    for change in changes {
      if let fault = change.fault { return fault }
      if Self.level(of: change) == nil { return "\(change.attribute) cannot be corrected" }
    }
    return nil
  }

  /// Whether it is for an instance.
  public func matches(_ instance: RoutedInstance) -> Bool {
    guard isEnabled else { return false }
    if !callers.isEmpty, !AttributeTest.matches(instance.sender, callers) { return false }
    return modalities.isEmpty || modalities.contains(instance.dataSet.string(.modality) ?? "")
  }

  /// The conditions that do not hold: the attribute, what it says, and what is expected.
  public func unmet(by dataSet: DataSet) -> [(attribute: String, value: String, expected: String)] {
    expected.filter { !$0.holds(dataSet) }.map { test in
      let value = test.values(in: dataSet).joined(separator: "\\")
      let patterns = test.patterns.joined(separator: "|")
      let expected = test.patterns.isEmpty ? (test.isNegated ? "no value" : "a value") : patterns
      return (test.attribute, value, (test.isNegated && !test.patterns.isEmpty ? "not " : "") + expected)
    }
  }

  /// What its changes give this instance's attributes, by the level at which the archive corrects them.
  public func corrections(of dataSet: DataSet) throws -> [QueryLevel: [CorrectedValue]] {
    var changed = dataSet
    var found: [QueryLevel: [CorrectedValue]] = [:]
    for change in changes {
      guard let (level, tag) = Self.level(of: change), let vr = DataDictionary.vr(for: tag),
        try change.apply(to: &changed)
      else { continue }
      let text = (changed.strings(tag) ?? []).joined(separator: "\\")
      found[level, default: []].removeAll { $0.tag == tag }
      if text != (dataSet.strings(tag) ?? []).joined(separator: "\\") {
        found[level, default: []].append(CorrectedValue(tag, vr, text))
      }
    }
    return found.filter { !$0.value.isEmpty }
  }

  private static func level(of change: AttributeChange) -> (QueryLevel, Tag)? {
    guard let path = try? AttributePath(change.attribute), path.steps.count == 1,
      case .tag(let tag) = path.last.attribute
    else { return nil }
    return Corrections.updatable.first { $0.value.contains(tag) }.map { ($0.key, tag) }
  }
}

extension ArrivalRule {
  /// What is absent has its default.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    self.init(name: try container.decodeIfPresent(String.self, forKey: .name) ?? "")
    isEnabled = try container.decodeIfPresent(Bool.self, forKey: .isEnabled) ?? true
    callers = try container.decodeIfPresent([String].self, forKey: .callers) ?? []
    modalities = try container.decodeIfPresent([String].self, forKey: .modalities) ?? []
    expected = try container.decodeIfPresent([AttributeTest].self, forKey: .expected) ?? []
    changes = try container.decodeIfPresent([AttributeChange].self, forKey: .changes) ?? []
  }
}
