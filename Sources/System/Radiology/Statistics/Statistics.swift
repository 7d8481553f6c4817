// SPDX-License-Identifier: Apache-2.0

/// How much was done, and how long it took, out of the events of exams.
public struct DepartmentStatistics: Sendable, Hashable, Codable {
  /// By what exams are put together.
  public enum Grouping: String, Sendable, CaseIterable {
    case modality, room, reader, day, weekday, hour, priority
    /// `20261121 CT`
    case dayModality
    /// `1 08`: Monday from eight to nine.
    case weekdayHour
  }

  /// Times of one kind, in minutes.
  public struct Spread: Sendable, Hashable, Codable {
    public var count: Int
    /// One of four is not longer.
    public var p25: Double
    public var median: Double
    /// Three of four are not longer.
    public var p75: Double
    /// Nine of ten are not longer.
    public var p90: Double

    /// - Parameter times: microseconds, in any order; they come out in another.
    init?(_ times: inout [Int64]) {
      guard !times.isEmpty else { return nil }
      count = times.count
      let middle = count / 2
      p25 = Self.minutes(times.place((count * 25 + 99) / 100 - 1))
      median = Self.minutes(times.place(middle))
      if count % 2 == 0 { median = (Self.minutes(times.place(middle - 1)) + median) / 2 }
      p75 = Self.minutes(times.place((count * 75 + 99) / 100 - 1))
      p90 = Self.minutes(times.place((count * 90 + 99) / 100 - 1))
    }

    private static func minutes(_ time: Int64) -> Double { Double(time) / 60_000_000 }
  }

  public struct Group: Sendable, Hashable, Codable {
    public var key: String
    public var performed = 0
    public var validated = 0
    public var cancelled = 0
    public var noShows = 0
    /// From arrival to the room.
    public var waiting: Spread?
    /// From the room to the end of the exam.
    public var examination: Spread?
    /// From the end of the exam to the validated report.
    public var reporting: Spread?
    /// From the request to the validated report.
    public var whole: Spread?
  }

  public var groups: [Group]

  public init(_ exams: [ExamTimes], by grouping: Grouping) {
    var gathering = Gathering(by: grouping)
    for exam in exams { gathering.add(exam) }
    self = gathering.statistics
  }

  fileprivate init(groups: [Group]) { self.groups = groups }

  /// Puts exams together one by one: a year of a hundred thousand is not kept as a list.
  struct Gathering {
    private struct Times {
      var group: Group
      var waiting: [Int64] = []
      var examination: [Int64] = []
      var reporting: [Int64] = []
      var whole: [Int64] = []
    }

    private let grouping: Grouping
    private var clock = ClockCache()
    private var places: [Slot: Int] = [:]
    private var gathered: [Times] = []

    init(by grouping: Grouping) { self.grouping = grouping }

    mutating func add(_ exam: ExamTimes) {
      guard let slot = exam.slot(grouping, &clock) else { return }
      let place = place(of: slot)
      if exam.at[.performed] != nil { gathered[place].group.performed += 1 }
      if exam.at[.validated] != nil { gathered[place].group.validated += 1 }
      if exam.at[.cancelled] != nil { gathered[place].group.cancelled += 1 }
      if exam.at[.noShow] != nil { gathered[place].group.noShows += 1 }
      if let time = exam.time(.arrived, .inRoom) { gathered[place].waiting.append(time) }
      if let time = exam.time(.inRoom, .performed) { gathered[place].examination.append(time) }
      if let time = exam.time(.performed, .validated) { gathered[place].reporting.append(time) }
      if let time = exam.time(nil, .validated) { gathered[place].whole.append(time) }
    }

    private mutating func place(of slot: Slot) -> Int {
      if let place = places[slot] { return place }
      places[slot] = gathered.count
      gathered.append(Times(group: Group(key: slot.key)))
      return gathered.count - 1
    }

    var statistics: DepartmentStatistics {
      DepartmentStatistics(
        groups: gathered.map { times in
          var times = times
          times.group.waiting = Spread(&times.waiting)
          times.group.examination = Spread(&times.examination)
          times.group.reporting = Spread(&times.reporting)
          times.group.whole = Spread(&times.whole)
          return times.group
        }.sorted { $0.key < $1.key })
    }
  }

  /// What a group is known by while exams are put together: its text is made only once.
  struct Slot: Hashable {
    var text = ""
    /// Since 1970-01-01.
    var day: Int?
    var weekday: Int?

    var key: String {
      var parts: [String] = []
      if let day { parts.append(LocalDateTime(minute: Int64(day) * 1440).date) }
      if let weekday { parts.append(String(weekday)) }
      if !text.isEmpty { parts.append(text) }
      return parts.joined(separator: " ")
    }
  }

  /// What the wall clock says.
  struct ClockTime {
    /// Since 1970-01-01.
    let day: Int
    /// `08`
    let hour: String
    /// 1 for Monday to 7 for Sunday.
    var weekday: Int { (day + 3) % 7 + 1 }
  }

  /// The wall clock, which takes long to be read: it is read where a day (UTC) begins and ends, and else only on a day
  /// on which it is changed.
  struct ClockCache {
    private static let minute: Int64 = 60_000_000
    private static let day: Int64 = 1440
    private static let hours = (0..<24).map { LocalDateTime.padded($0, 2) }

    /// Minutes that it is ahead of UTC; nil on a day on which that changes.
    private var ahead: [Int64: Int64?] = [:]
    private var last: (day: Int64, ahead: Int64?) = (-1, nil)

    /// What it says in the minute that a moment, microseconds since 1970-01-01 UTC, is in.
    mutating func time(_ microseconds: Int64) -> ClockTime {
      let minute = max(0, microseconds / Self.minute)
      let day = minute / Self.day
      if day != last.day { last = (day, ahead(on: day)) }
      let clock = max(0, minute + (last.ahead ?? Self.ahead(minute)))
      return ClockTime(day: Int(clock / Self.day), hour: Self.hours[Int(clock / 60 % 24)])
    }

    private mutating func ahead(on day: Int64) -> Int64? {
      if let known = ahead[day] { return known }
      let (first, next) = (Self.ahead(day * Self.day), Self.ahead((day + 1) * Self.day))
      let found = first == next ? first : nil
      ahead.updateValue(found, forKey: day)
      return found
    }

    private static func ahead(_ minute: Int64) -> Int64 {
      LocalDateTime(microseconds: minute * Self.minute).minute - minute
    }
  }
}

extension [Int64] {
  /// What stands at a place when they are sorted; sorts no more than that needs (Hoare's selection).
  fileprivate mutating func place(_ wanted: Int) -> Int64 {
    withUnsafeMutableBufferPointer { values in
      var (low, high) = (0, values.count - 1)
      while low < high {
        let pivot = Swift.max(
          Swift.min(values[low], values[high]),
          Swift.min(Swift.max(values[low], values[high]), values[(low + high) / 2]))
        var (left, right) = (low, high)
        while left <= right {
          while values[left] < pivot { left += 1 }
          while values[right] > pivot { right -= 1 }
          if left <= right {
            values.swapAt(left, right)
            left += 1
            right -= 1
          }
        }
        if wanted <= right { high = right } else if wanted >= left { low = left } else { break }
      }
      return values[wanted]
    }
  }
}

/// When an exam first came into each of its states.
public struct ExamTimes: Sendable, Hashable {
  public var modality: String
  /// Station AE title.
  public var room: String
  /// Who validated the report.
  public var reader = ""
  public var priority: Int
  /// Microseconds since 1970-01-01 UTC.
  public var at = Moments()
  public var placedAt: Int64

  /// When it came into those of its states that statistics are made of; no others are kept. A year of exams is a
  /// hundred thousand of these.
  public struct Moments: Sendable, Hashable {
    private var arrived: Int64 = 0
    private var inRoom: Int64 = 0
    private var performed: Int64 = 0
    private var validated: Int64 = 0
    private var cancelled: Int64 = 0
    private var noShow: Int64 = 0

    public init() {}

    public subscript(state: ExamStatus) -> Int64? {
      get {
        let moment =
          switch state {
          case .arrived: arrived
          case .inRoom: inRoom
          case .performed: performed
          case .validated: validated
          case .cancelled: cancelled
          case .noShow: noShow
          default: Int64(0)
          }
        return moment == 0 ? nil : moment
      }
      set {
        let moment = newValue ?? 0
        switch state {
        case .arrived: arrived = moment
        case .inRoom: inRoom = moment
        case .performed: performed = moment
        case .validated: validated = moment
        case .cancelled: cancelled = moment
        case .noShow: noShow = moment
        default: break
        }
      }
    }
  }

  public init(modality: String, room: String, priority: Int, placedAt: Int64) {
    self.modality = modality
    self.room = room
    self.priority = priority
    self.placedAt = placedAt
  }

  /// From one state, or from the request, to another, in microseconds.
  func time(_ from: ExamStatus?, _ to: ExamStatus) -> Int64? {
    guard let start = from.map({ at[$0] }) ?? placedAt, let end = at[to], end >= start else { return nil }
    return end - start
  }

  /// The group that it is in; nil for none. Days and hours are those of the exam, on the wall clock.
  func slot(
    _ grouping: DepartmentStatistics.Grouping, _ clock: inout DepartmentStatistics.ClockCache
  ) -> DepartmentStatistics.Slot? {
    typealias Slot = DepartmentStatistics.Slot
    func named(_ text: String) -> Slot? { text.isEmpty ? nil : Slot(text: text) }
    func time() -> DepartmentStatistics.ClockTime? { (at[.performed] ?? at[.inRoom]).map { clock.time($0) } }
    switch grouping {
    case .modality: return named(modality)
    case .room: return named(room)
    case .reader: return named(reader)
    case .priority: return Priority.allCases.first { $0.rank == priority }.map { Slot(text: $0.rawValue) }
    case .day: return time().map { Slot(day: $0.day) }
    case .weekday: return time().map { Slot(weekday: $0.weekday) }
    case .hour: return time().map { Slot(text: $0.hour) }
    case .dayModality: return modality.isEmpty ? nil : time().map { Slot(text: modality, day: $0.day) }
    case .weekdayHour: return time().map { Slot(text: $0.hour, weekday: $0.weekday) }
    }
  }
}

/// What statistics are made of.
public protocol StatisticsTable: AnyObject {
  /// Gives out exams that were placed in a time, microseconds since 1970-01-01 UTC; the end not in it.
  func examTimes(from: Int64, to: Int64, limit: Int, _ body: (ExamTimes) -> Void) throws

  /// Days, counted from 1970-01-01 UTC, whose exams are not kept together, the oldest first; none that ends after
  /// `before`, microseconds since that day. So many at most.
  func looseDays(before: Int64, limit: Int) throws -> [Int64]

  /// Keeps the exams that were placed on a day together until one of them changes, so that they are read at once.
  func gather(day: Int64) throws
}

extension Department {
  /// More exams than this are not looked at in one question.
  static var largestStatistics: Int { 500_000 }

  /// Of the exams that were placed in a time, microseconds since 1970-01-01 UTC; the end not in it.
  public func statistics(
    from: Int64, to: Int64, by grouping: DepartmentStatistics.Grouping
  ) throws -> DepartmentStatistics {
    try store.read { tables in
      var gathering = DepartmentStatistics.Gathering(by: grouping)
      try tables.examTimes(from: from, to: to, limit: Self.largestStatistics) { gathering.add($0) }
      return gathering.statistics
    }
  }

  /// Keeps exams of past days together by day, so that statistics of a year are read in a moment. What they say is the
  /// same without.
  /// - Parameters:
  ///   - days: no more than these at once, since others who write wait meanwhile.
  ///   - before: only days that ended before this, microseconds since 1970-01-01 UTC.
  /// - Returns: for how many days it did; fewer than `days` where it is done with all.
  public func gatherStatistics(days: Int, before: Int64) throws -> Int {
    let loose = try store.read { try $0.looseDays(before: before, limit: days) }
    if loose.isEmpty { return 0 }
    try store.writeRepeatable { tables in
      for day in loose { try tables.gather(day: day) }
    }
    return loose.count
  }
}
