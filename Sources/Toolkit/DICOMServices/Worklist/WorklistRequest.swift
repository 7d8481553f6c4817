// SPDX-License-Identifier: Apache-2.0

public import DICOMCore
import DICOMDictionary

/// A question to a modality worklist: matches entries and cuts them to what was asked (PS3.4 §K.4.1, §K.6.1).
public struct WorklistRequest: Sendable {
  /// As it came, without what is no key.
  public let identifier: DataSet
  /// Whether keys were asked for that are not supported, so that the answers are FF01.
  public let hasUnsupportedKeys: Bool
  /// Start date and time, where both are ranges: then one begins where the other does, and they are no two criteria.
  public let period: Period?

  private let matcher: QueryMatcher

  /// From a date and time to another, both inclusive: numbers of `TemporalRange`.
  public struct Period: Sendable, Hashable {
    public let dates: TemporalRange
    public let times: TemporalRange

    /// Whether a start lies in it. A start without a time counts as the beginning of its day.
    public func contains(date: Int64, time: Int64) -> Bool {
      if let first = dates.lower, (date, time) < (first, times.lower ?? 0) { return false }
      if let last = dates.upper, (date, time) > (last, times.upper ?? .max) { return false }
      return true
    }
  }

  public init(_ identifier: DataSet) {
    var asked = identifier
    for tag in [Tag.specificCharacterSet, .timezoneOffsetFromUTC, .queryRetrieveLevel] { asked.remove(tag) }
    asked.keep { !$0.tag.isGroupLength }
    let (supported, isComplete) = Self.supported(asked, WorklistKey.all)
    self.identifier = asked
    hasUnsupportedKeys = !isComplete
    var criteria = supported
    period = Self.period(supported)
    if period != nil, var item = supported.items(.scheduledProcedureStepSequence).first {
      item.remove(.scheduledProcedureStepStartDate)
      item.remove(.scheduledProcedureStepStartTime)
      criteria.set(.scheduledProcedureStepSequence, items: [item])
    }
    criteria.inheritedCharacterSet = identifier.characterSet
    matcher = QueryMatcher(identifier: criteria)
  }

  /// The keys of the scheduled step.
  public var step: DataSet { identifier.items(.scheduledProcedureStepSequence).first ?? DataSet() }

  /// Whether an entry, which has one item in the Scheduled Procedure Step Sequence, is asked for.
  public func matches(_ entry: DataSet) -> Bool {
    if let period {
      guard let step = entry.items(.scheduledProcedureStepSequence).first,
        let date = step.string(.scheduledProcedureStepStartDate).flatMap({ TemporalRange.date($0)?.lower })
      else { return false }
      let time = step.string(.scheduledProcedureStepStartTime).flatMap { TemporalRange.time($0)?.lower } ?? 0
      guard period.contains(date: date, time: time) else { return false }
    }
    return matcher.matches(entry)
  }

  /// What is answered of an entry: the keys that were asked for, those that it has no value of empty.
  public func answer(_ entry: DataSet) -> DataSet { Self.answer(identifier, entry, WorklistKey.all) }

  private static func answer(_ asked: DataSet, _ entry: DataSet, _ keys: [WorklistKey]) -> DataSet {
    var answer = DataSet(inheritedCharacterSet: entry.characterSet)
    for element in asked.elements {
      guard let key = keys.first(where: { $0.tag == element.tag }) else { continue }
      guard let found = entry[key.tag] else {
        answer.set(DataElement(tag: key.tag, vr: element.vr, value: element.vr == .SQ ? .items([]) : .bytes(.empty)))
        continue
      }
      guard let items = found.items else {
        answer.set(found)
        continue
      }
      // A sequence that is asked for without keys of its items comes whole.
      if let first = element.items?.first, !first.isEmpty {
        answer.set(key.tag, items: items.map { Self.answer(first, $0, key.items) })
      } else {
        answer.set(found)
      }
    }
    return answer
  }

  /// What of an identifier can be matched.
  private static func supported(_ asked: DataSet, _ keys: [WorklistKey]) -> (DataSet, isComplete: Bool) {
    var kept = DataSet(inheritedCharacterSet: asked.characterSet)
    var isComplete = true
    for element in asked.elements {
      guard let key = keys.first(where: { $0.tag == element.tag }) else {
        isComplete = false
        continue
      }
      guard let item = element.items?.first else {
        if key.matching != nil { kept.set(element) }
        continue
      }
      let (supported, isWhole) = Self.supported(item, key.items)
      if key.matching != nil { kept.set(key.tag, items: [supported]) }
      isComplete = isComplete && isWhole
    }
    return (kept, isComplete)
  }

  private static func period(_ asked: DataSet) -> Period? {
    guard let step = asked.items(.scheduledProcedureStepSequence).first,
      let date = step.string(.scheduledProcedureStepStartDate), date.contains("-"),
      let time = step.string(.scheduledProcedureStepStartTime), time.contains("-"),
      let dates = TemporalRange(dates: date), let times = TemporalRange(times: time)
    else { return nil }
    return Period(dates: dates, times: times)
  }
}
