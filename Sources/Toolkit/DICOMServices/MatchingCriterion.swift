// SPDX-License-Identifier: Apache-2.0

import DICOMCore

/// What a key attribute asks of the attribute's value (PS3.4 §C.2.2.2). Where it holds several, any one suffices.
public enum MatchingCriterion: Sendable {
  /// Single value and list of UID matching (§C.2.2.2.1, §C.2.2.2.2).
  case uids(Set<String>)
  /// Single value and wildcard matching of text (§C.2.2.2.4).
  case text([WildcardPattern])
  case names([PersonNamePattern])
  case fuzzyNames([FuzzyName])
  /// Range matching (§C.2.2.2.5), single values being ranges of their precision.
  case dates([TemporalRange])
  case times([TemporalRange])
  case dateTimes([TemporalRange])
  /// Single value matching of numbers, binary or decimal: 1 is 1.0 is 01.
  case numbers([Double])
  /// Values of other VRs are compared byte by byte.
  case bytes(ByteSlice)
  /// Sequence matching (§C.2.2.2.6): one item of the sequence must match all keys of the item.
  case item(QueryMatcher)
}

extension MatchingCriterion {
  /// Reads a key of an identifier; nil where it matches everything (universal matching, §C.2.2.2.3).
  init?(_ key: DataElement, in identifier: DataSet, options: QueryMatcher.Options) {
    if key.isEmpty { return nil }
    if let items = key.items {
      guard let first = items.first else { return nil }
      let matcher = QueryMatcher(identifier: first, options: options)
      if matcher.keys.isEmpty { return nil }
      self = .item(matcher)
      return
    }
    guard let bytes = key.bytes else { return nil }
    switch key.vr {
    case .FL, .FD, .SL, .SS, .SV, .UL, .US, .UV, .AT:
      guard let numbers = identifier.doubles(key.tag), !numbers.isEmpty else { return nil }
      self = .numbers(numbers)
    case .OB, .OD, .OF, .OL, .OV, .OW:
      self = .bytes(bytes)
    default:
      let values = (identifier.strings(key.tag) ?? []).filter { !$0.isEmpty }
      if values.isEmpty || values.contains(where: { WildcardPattern($0).isUniversal }) { return nil }
      self.init(values, vr: key.vr, options: options)
    }
  }

  /// A malformed key falls back to the comparison of text, so that it still finds what is malformed alike.
  private init?(_ values: [String], vr: VR, options: QueryMatcher.Options) {
    func parsed<Value>(_ parse: (String) -> Value?) -> [Value]? {
      let results = values.compactMap(parse)
      return results.count == values.count ? results : nil
    }
    switch vr {
    case .UI where !values.contains { $0.contains("*") || $0.contains("?") }:
      self = .uids(Set(values))
    case .PN where options.fuzzyNames:
      guard let names = parsed({ FuzzyName($0) }) else { return nil }
      self = .fuzzyNames(names)
    case .PN:
      guard let names = parsed({ PersonNamePattern($0) }) else { return nil }
      self = .names(names)
    case .DA:
      self = parsed { TemporalRange(dates: $0) }.map { .dates($0) } ?? Self.text(values)
    case .TM:
      self = parsed { TemporalRange(times: $0) }.map { .times($0) } ?? Self.text(values)
    case .DT:
      self = parsed { TemporalRange(dateTimes: $0) }.map { .dateTimes($0) } ?? Self.text(values)
    case .IS, .DS:
      self = parsed { Double($0) }.map { .numbers($0) } ?? Self.text(values)
    case .AS:
      self = .text(values.map { WildcardPattern($0, hasWildcards: false) })
    default:
      self = Self.text(values)
    }
  }

  private static func text(_ values: [String]) -> MatchingCriterion { .text(values.map { WildcardPattern($0) }) }
}

extension MatchingCriterion {
  /// Whether the attribute in `candidate` satisfies it.
  func matches(_ element: DataElement, in candidate: DataSet) -> Bool {
    switch self {
    case .item(let matcher): return element.items?.contains { matcher.matches($0) } ?? false
    case .bytes(let bytes): return element.bytes == bytes
    case .numbers(let wanted):
      return candidate.doubles(element.tag)?.contains { wanted.contains($0) } ?? false
    default: break
    }
    guard let values = candidate.strings(element.tag) else { return false }
    return values.contains { !$0.isEmpty && matches($0) }
  }

  private func matches(_ value: String) -> Bool {
    switch self {
    case .uids(let uids): uids.contains(value)
    case .text(let patterns): patterns.contains { $0.matches(value) }
    case .names(let names): names.contains { $0.matches(value) }
    case .fuzzyNames(let names): names.contains { $0.matches(value) }
    case .dates(let ranges): Self.isIn(ranges, TemporalRange.date(value)?.lower)
    case .times(let ranges): Self.isIn(ranges, TemporalRange.time(value)?.lower)
    case .dateTimes(let ranges): Self.isIn(ranges, TemporalRange.dateTime(value)?.lower)
    case .numbers, .bytes, .item: false
    }
  }

  private static func isIn(_ ranges: [TemporalRange], _ value: Int64?) -> Bool {
    guard let value else { return false }
    return ranges.contains { $0.contains(value) }
  }
}
