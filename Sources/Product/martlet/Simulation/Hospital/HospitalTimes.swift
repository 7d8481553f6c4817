// SPDX-License-Identifier: Apache-2.0

import Radiology

/// When what happens to an order happens, on the hospital's wall clock.
struct HospitalTimes: Sendable, Hashable {
  /// Doors are open from seven to seven; nobody is reported on before eight.
  private static let (opens, closes, readingBegins) = (Int64(420), Int64(1140), Int64(480))
  private static let day = Int64(1440)

  var placed: LocalDateTime
  var arrived: LocalDateTime
  var begun: LocalDateTime
  var ended: LocalDateTime
  var dictated: LocalDateTime
  var submitted: LocalDateTime
  var validated: LocalDateTime
  /// Of an addendum or a correction.
  var followed: LocalDateTime

  init(_ one: HospitalCase) {
    var random = SeededNumbers(seed: one.seed &+ 99)
    func between(_ least: Int64, _ most: Int64) -> Int64 { least + Int64(random.next() % UInt64(most - least + 1)) }
    let start = one.start.minute
    let ordered = one.isUrgent ? start - between(25, 120) : start - between(1, 9) * Self.day + between(-180, 180)
    let late = one.isUrgent ? between(0, 6) : between(0, 35)
    let begin = start + late
    let end = begin + Self.length(one.modality) * between(7, 14) / 10
    let read = Self.working(end + (one.isUrgent ? between(10, 45) : between(25, 420)))
    let submit = read + between(3, 15)
    let sign = Self.working(submit + (one.isUrgent ? between(3, 20) : between(5, 150)))
    placed = LocalDateTime(minute: one.isUrgent ? ordered : Self.open(ordered))
    arrived = LocalDateTime(minute: start - (one.isUrgent ? between(0, 10) : between(2, 30)))
    begun = LocalDateTime(minute: begin)
    ended = LocalDateTime(minute: end)
    dictated = LocalDateTime(minute: read)
    submitted = LocalDateTime(minute: submit)
    validated = LocalDateTime(minute: sign)
    followed = LocalDateTime(minute: Self.working(sign + between(60, 2 * Self.day)))
  }

  /// Minutes in the room.
  private static func length(_ modality: SimulatedModality) -> Int64 {
    switch modality {
    case .DX, .CR: 8
    case .CT, .US, .MG: 18
    case .MR, .NM: 35
    case .PT, .XA: 55
    }
  }

  private static func isWeekend(_ minute: Int64) -> Bool { LocalDateTime(minute: minute).weekday > 5 }

  /// The last time of a working day with open doors that is not after this one.
  static func open(_ minute: Int64) -> Int64 {
    var minute = minute
    while isWeekend(minute) || minute % day < opens {
      minute = minute / day * day - day + closes - 10 - minute % 90
    }
    return min(minute, minute / day * day + closes - 10)
  }

  /// The first time with open doors of a working day that is not before this one.
  static func opening(after minute: Int64) -> Int64 {
    var minute = minute
    while isWeekend(minute) || minute % day >= closes { minute = (minute / day + 1) * day + opens + minute % 90 }
    return max(minute, minute / day * day + opens)
  }

  /// The first time at which reports are written that is not before this one.
  private static func working(_ minute: Int64) -> Int64 {
    var minute = minute
    while isWeekend(minute) || minute % day >= closes {
      minute = (minute / day + 1) * day + readingBegins + minute % 75
    }
    return max(minute, minute / day * day + readingBegins)
  }
}
