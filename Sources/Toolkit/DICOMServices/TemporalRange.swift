// SPDX-License-Identifier: Apache-2.0

/// A range of dates, times or date-times (PS3.4 §C.2.2.2.5), both ends inclusive, an open end nil. A single value is
/// the range of its own precision: `12` is the hour from 12:00 to the last microsecond before 13:00.
///
/// A date is the number YYYYMMDD, a time the microseconds of the day, a date-time the microseconds since 1970-01-01;
/// local where the value says no offset from UTC.
public struct TemporalRange: Sendable, Hashable {
  public var lower: Int64?
  public var upper: Int64?

  public init(lower: Int64?, upper: Int64?) {
    self.lower = lower
    self.upper = upper
  }

  /// Whether a point of time lies in the range, its ends included.
  public func contains(_ value: Int64) -> Bool {
    (lower.map { $0 <= value } ?? true) && (upper.map { value <= $0 } ?? true)
  }

  /// A key of VR DA: `20200131`, `20200101-`, `-20200131`, `20200101-20200131`; nil where malformed.
  public init?(dates text: String) { self.init(text, Self.date) }

  /// A key of VR TM.
  public init?(times text: String) { self.init(text, Self.time) }

  /// A key of VR DT. A hyphen that begins a plausible offset from UTC is one, and parts two values otherwise.
  public init?(dateTimes text: String) {
    if let single = Self.dateTime(text) {
      self = single
      return
    }
    let bytes = Array(text.utf8)
    for (index, byte) in bytes.enumerated() where byte == UInt8(ascii: "-") {
      let first = String(decoding: bytes[..<index], as: UTF8.self)
      let second = String(decoding: bytes[(index + 1)...], as: UTF8.self)
      if let range = Self.range(first, second, Self.dateTime) {
        self = range
        return
      }
    }
    return nil
  }

  private init?(_ text: String, _ parse: (String) -> TemporalRange?) {
    if let single = parse(text) {
      self = single
      return
    }
    let parts = text.split(separator: "-", omittingEmptySubsequences: false).map { Self.trimmed($0) }
    guard parts.count == 2, let range = Self.range(parts[0], parts[1], parse) else { return nil }
    self = range
  }

  private static func range(
    _ first: String, _ second: String, _ parse: (String) -> TemporalRange?
  ) -> TemporalRange? {
    if first.isEmpty && second.isEmpty { return nil }
    var range = TemporalRange(lower: nil, upper: nil)
    if !first.isEmpty {
      guard let value = parse(first) else { return nil }
      range.lower = value.lower
    }
    if !second.isEmpty {
      guard let value = parse(second) else { return nil }
      range.upper = value.upper
    }
    return range
  }

  private static func trimmed(_ text: Substring) -> String {
    var text = text
    while text.last == " " { text.removeLast() }
    while text.first == " " { text.removeFirst() }
    return String(text)
  }
}
