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

    init?(_ minutes: [Double]) {
      guard !minutes.isEmpty else { return nil }
      let sorted = minutes.sorted()
      count = sorted.count
      let middle = sorted.count / 2
      median = sorted.count % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
      p25 = sorted[(sorted.count * 25 + 99) / 100 - 1]
      p75 = sorted[(sorted.count * 75 + 99) / 100 - 1]
      p90 = sorted[(sorted.count * 90 + 99) / 100 - 1]
    }
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
    var keyed: [String: [ExamTimes]] = [:]
    for exam in exams {
      if let key = exam.key(grouping) { keyed[key, default: []].append(exam) }
    }
    groups = keyed.sorted { $0.key < $1.key }.map { key, exams in
      var group = Group(key: key)
      group.performed = exams.count { $0.at[.performed] != nil }
      group.validated = exams.count { $0.at[.validated] != nil }
      group.cancelled = exams.count { $0.at[.cancelled] != nil }
      group.noShows = exams.count { $0.at[.noShow] != nil }
      group.waiting = Spread(exams.compactMap { $0.minutes(.arrived, .inRoom) })
      group.examination = Spread(exams.compactMap { $0.minutes(.inRoom, .performed) })
      group.reporting = Spread(exams.compactMap { $0.minutes(.performed, .validated) })
      group.whole = Spread(exams.compactMap { $0.minutes(nil, .validated) })
      return group
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

  /// From one state, or from the request, to another, in minutes.
  func minutes(_ from: ExamStatus?, _ to: ExamStatus) -> Double? {
    guard let start = from.map({ at[$0] }) ?? placedAt, let end = at[to], end >= start else { return nil }
    return Double(end - start) / 60_000_000
  }

  /// Days and hours are those of the exam, on the wall clock.
  func key(_ grouping: DepartmentStatistics.Grouping) -> String? {
    func named(_ text: String) -> String? { text.isEmpty ? nil : text }
    // Only where it is asked for: the wall clock takes long to be read.
    var time: LocalDateTime? { (at[.performed] ?? at[.inRoom]).map { LocalDateTime(microseconds: $0) } }
    switch grouping {
    case .modality: return named(modality)
    case .room: return named(room)
    case .reader: return named(reader)
    case .priority: return Priority.allCases.first { $0.rank == priority }?.rawValue
    case .day: return time?.date
    case .weekday: return time.map { String($0.weekday) }
    case .hour: return time.map { String($0.time.prefix(2)) }
    case .dayModality: return modality.isEmpty ? nil : time.map { "\($0.date) \(modality)" }
    case .weekdayHour: return time.map { "\($0.weekday) \($0.time.prefix(2))" }
    }
  }
}

/// What statistics are made of.
public protocol StatisticsTable: AnyObject {
  /// Exams that were placed in a time, microseconds since 1970-01-01 UTC; the end not in it.
  func examTimes(from: Int64, to: Int64, limit: Int) throws -> [ExamTimes]
}

extension Department {
  /// More exams than this are not looked at in one question.
  static var largestStatistics: Int { 500_000 }

  /// Of the exams that were placed in a time, microseconds since 1970-01-01 UTC; the end not in it.
  public func statistics(
    from: Int64, to: Int64, by grouping: DepartmentStatistics.Grouping
  ) throws -> DepartmentStatistics {
    let exams = try store.read { try $0.examTimes(from: from, to: to, limit: Self.largestStatistics) }
    return DepartmentStatistics(exams, by: grouping)
  }
}
