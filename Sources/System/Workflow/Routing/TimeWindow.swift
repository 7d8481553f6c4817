// SPDX-License-Identifier: Apache-2.0

/// Some hours of some days of the week, by the clock on the wall; over midnight where it ends before it begins.
public struct TimeWindow: Sendable, Hashable {
  /// A moment of the week.
  public struct Moment: Sendable, Hashable {
    /// 0 is Sunday.
    public var weekday: Int
    public var minute: Int

    public init(weekday: Int, minute: Int) {
      self.weekday = weekday
      self.minute = minute
    }
  }

  /// Minutes after midnight.
  public var from: Int
  /// Minutes after midnight; not within the window any more.
  public var until: Int
  /// Days on which it begins, 0 is Sunday; all where empty.
  public var weekdays: Set<Int>

  public init(from: Int, until: Int, weekdays: Set<Int> = []) {
    self.from = from
    self.until = until
    self.weekdays = weekdays
  }

  /// Reads `18:30-06:00` and `18:30-06:00 mon,tue`; nil for anything else.
  public init?(_ text: some StringProtocol) {
    let parts = text.split(separator: " ")
    guard (1...2).contains(parts.count) else { return nil }
    let ends = parts[0].split(separator: "-", omittingEmptySubsequences: false).map { Self.minute($0) }
    guard ends.count == 2, let from = ends[0], let until = ends[1], from != until else { return nil }
    var weekdays: Set<Int> = []
    if parts.count == 2 {
      for name in parts[1].lowercased().split(separator: ",") {
        guard let day = Self.names.firstIndex(of: String(name)) else { return nil }
        weekdays.insert(day)
      }
    }
    self.init(from: from, until: until, weekdays: weekdays)
  }

  /// As it is read.
  public var text: String {
    let days = weekdays.sorted().map { Self.names[($0 % 7 + 7) % 7] }.joined(separator: ",")
    return "\(Self.text(from))-\(Self.text(until))" + (days.isEmpty ? "" : " " + days)
  }

  static let names = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"]

  public func contains(_ moment: Moment) -> Bool {
    let (begins, isEarlier) =
      from < until
      ? ((from..<until).contains(moment.minute), false)
      : (moment.minute >= from || moment.minute < until, moment.minute < until)
    guard begins else { return false }
    let day = isEarlier ? (moment.weekday + 6) % 7 : moment.weekday
    return weekdays.isEmpty || weekdays.contains(day)
  }

  /// Minutes until it is open; 0 where it is.
  public func wait(from moment: Moment) -> Int {
    var later = moment
    for minutes in 0..<(8 * 1440) {
      later.minute = (moment.minute + minutes) % 1440
      later.weekday = (moment.weekday + (moment.minute + minutes) / 1440) % 7
      if contains(later) { return minutes }
    }
    return 0
  }

  private static func minute(_ text: some StringProtocol) -> Int? {
    let parts = text.split(separator: ":", omittingEmptySubsequences: false)
    guard parts.count == 2, parts.allSatisfy({ (1...2).contains($0.utf8.count) }), let hour = Int(parts[0]),
      let minute = Int(parts[1]), (0...23).contains(hour), (0...59).contains(minute)
    else { return nil }
    return hour * 60 + minute
  }

  private static func text(_ minute: Int) -> String {
    [minute / 60, minute % 60].map { ($0 < 10 ? "0" : "") + String($0) }.joined(separator: ":")
  }
}

extension TimeWindow: Codable {
  public init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    let text = try container.decode(String.self)
    guard let window = TimeWindow(text) else {
      throw DecodingError.dataCorruptedError(in: container, debugDescription: "\(text) is no time of day")
    }
    self = window
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(text)
  }
}
