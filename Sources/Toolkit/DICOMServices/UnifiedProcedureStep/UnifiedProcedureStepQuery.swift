// SPDX-License-Identifier: Apache-2.0

public import DICOMCore
import DICOMDictionary

/// A question to a unified worklist, or the filter of a subscription (PS3.4 §CC.2.8): matches steps and cuts them to
/// what was asked. Every attribute that a step has is a key, but for those that the table excludes.
public struct UnifiedProcedureStepQuery: Sendable {
  /// As it came, without what is no key.
  public let identifier: DataSet
  /// Whether keys were asked for that cannot be matched, so that the answers are FF01.
  public let hasUnsupportedKeys: Bool
  private let matcher: QueryMatcher

  /// Attributes whose match key type is `-` in table CC.2.5-3.
  static let unmatched: Set<Tag> = [
    .scheduledProcessingParametersSequence, .referencedPatientPhotoSequence,
    .unifiedProcedureStepPerformedProcedureSequence, .procedureStepProgressInformationSequence,
  ]

  public init(_ identifier: DataSet, fuzzyNames: Bool = false) {
    var asked = identifier
    for tag in [Tag.specificCharacterSet, .timezoneOffsetFromUTC, .queryRetrieveLevel] { asked.remove(tag) }
    asked.keep { !$0.tag.isGroupLength }
    let secret = UnifiedProcedureStepAttributes.secret
    let hasSecret = asked.elements.contains { secret.contains($0.tag) }
    let isUnmatched = asked.elements.contains { Self.unmatched.contains($0.tag) && $0.hasCriterion }
    hasUnsupportedKeys = hasSecret || isUnmatched
    asked.keep { !secret.contains($0.tag) }
    asked.inheritedCharacterSet = identifier.characterSet
    self.identifier = asked
    matcher = QueryMatcher(
      identifier: asked, options: .init(fuzzyNames: fuzzyNames), isSupported: { !Self.unmatched.contains($0) })
  }

  /// Whether a step matches all keys (PS3.4 §CC.2.8.3).
  public func matches(_ step: DataSet) -> Bool { matcher.matches(step) }

  /// What is answered of a step: the attributes that were asked for, those that it has no value of empty.
  public func answer(_ step: DataSet) -> DataSet { Self.answer(identifier, step) }

  private static func answer(_ asked: DataSet, _ step: DataSet) -> DataSet {
    var answer = DataSet(inheritedCharacterSet: step.characterSet)
    for element in asked.elements {
      guard let found = step[element.tag] else {
        answer.set(
          DataElement(tag: element.tag, vr: element.vr, value: element.vr == .SQ ? .items([]) : .bytes(.empty)))
        continue
      }
      // A sequence that is asked for without keys of its items comes whole.
      if let items = found.items, let first = element.items?.first, !first.isEmpty {
        answer.set(element.tag, items: items.map { Self.answer(first, $0) })
      } else {
        answer.set(found)
      }
    }
    return answer
  }
}

extension DataElement {
  /// Whether it asks for some value, in whatever item.
  fileprivate var hasCriterion: Bool {
    guard let items else { return !isEmpty }
    return items.contains { $0.elements.contains(where: \.hasCriterion) }
  }
}
