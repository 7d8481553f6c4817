// SPDX-License-Identifier: Apache-2.0

import Radiology

/// How far an order gets: the stages that a visitor sees, in their order.
enum HospitalStage: Int, Sendable, Comparable, CaseIterable {
  case ordered, scheduled, arrived, examined, dictated, toSign, validated

  static func < (left: HospitalStage, right: HospitalStage) -> Bool { left.rawValue < right.rawValue }
}

/// One order of a simulated week, with all that happens to it.
struct HospitalCase: Sendable {
  /// What comes between the order and the exam.
  enum Turn: String, Sendable, CaseIterable, Encodable {
    case plain, moved, cancelled, noShow
    /// The patient came without a name, and is known later on: before, while and after they are examined.
    case mergedBefore, mergedDuring, mergedAfter
    /// The name was written wrongly, and is put right by the HIS.
    case renamed

    var isMerge: Bool { self == .mergedBefore || self == .mergedDuring || self == .mergedAfter }
    var isExamined: Bool { self != .cancelled && self != .noShow }
  }

  /// What becomes of a report after it is validated.
  enum Sequel: String, Sendable { case none, addendum, correction }

  var number: Int
  var patient: SimulatedPatient
  var modality: SimulatedModality
  var procedure: Int
  var turn: Turn
  var sequel: Sequel
  var isUrgent: Bool
  /// When the patient is to come, on the simulated clock.
  var start: LocalDateTime
  /// It goes no further than this.
  var last: HospitalStage
  /// Placer and accession number.
  var accession: String
  var seed: UInt64
}

/// Somebody who does not exist.
struct SimulatedPatient: Sendable, Hashable {
  var id: String
  var name: String
  var birthDate: String
  var sex: String

  private static let families = [
    "Ashdown", "Bellweather", "Corvane", "Dunmore", "Eastlake", "Fenwick", "Greyfield", "Hollin", "Ingelow", "Jarrold",
    "Kestrel", "Lorimer", "Marchbank", "Netherby", "Orlock", "Pellam",
  ]
  private static let given = [
    ["Ada", "Clara", "Edda", "Greta", "Ilse", "Klára", "Mona", "Zoë"],
    ["Bruno", "Dario", "Felix", "Hugo", "Jiří", "Lars", "Noël", "Otto"],
  ]

  init(_ number: Int, prefix: String, _ random: inout SeededNumbers) {
    let side = Int(random.next() % 2)
    let family = Self.families[Int(random.next() % UInt64(Self.families.count))]
    name = "\(family)^\(Self.given[side][Int(random.next() % 8)])"
    sex = side == 0 ? "F" : "M"
    let (year, month, day) = (1935 + random.next() % 80, 1 + random.next() % 12, 1 + random.next() % 28)
    birthDate = "\(year)" + (month < 10 ? "0" : "") + "\(month)" + (day < 10 ? "0" : "") + "\(day)"
    id = "\(prefix)\(number)"
  }
}

/// The orders of a number of days: busy mornings, quiet evenings and week-ends, patients who come again.
struct HospitalPlan: Sendable {
  private(set) var cases: [HospitalCase] = []

  /// Of 100 orders, on the hours from 7.
  private static let hours = [4, 12, 16, 15, 12, 8, 10, 10, 7, 4, 2]
  /// Of 100 orders, how many are made by which modality.
  private static let mix: [(SimulatedModality, Int)] = [
    (.DX, 34), (.CT, 20), (.US, 18), (.MR, 14), (.MG, 6), (.CR, 4), (.NM, 2), (.PT, 1), (.XA, 1),
  ]
  /// Those whose machines work on days of the week-end too.
  private static let emergencies: Set<SimulatedModality> = [.DX, .CT, .US]
  private static let turns: [(HospitalCase.Turn, Int)] = [
    (.plain, 74), (.moved, 6), (.cancelled, 5), (.noShow, 3), (.renamed, 4), (.mergedBefore, 3), (.mergedDuring, 3),
    (.mergedAfter, 2),
  ]

  /// - Parameters:
  ///   - first: the first day.
  ///   - ordersPerDay: of a working day; a third of it on days of the week-end.
  ///   - prefix: begins all numbers, so that two runs do not meet; at most 8 characters.
  ///   - ordersOfLastDay: whatever day that is; nil for as many as of others.
  init(
    first: LocalDateTime, days: Int, ordersPerDay: Int, ordersOfLastDay: Int? = nil, prefix: String, seed: UInt64
  ) {
    var random = SeededNumbers(seed: seed)
    var known: [SimulatedPatient] = []
    for day in 0..<days {
      let midnight = LocalDateTime(minute: first.minute / 1440 * 1440 + Int64(day) * 1440)
      let usual = midnight.weekday > 5 ? max(ordersPerDay / 3, 1) : ordersPerDay
      let orders = day == days - 1 ? ordersOfLastDay ?? usual : usual
      for _ in 0..<orders {
        let minute = Int64(7 + Self.choose(Array(Self.hours.enumerated().map { ($0, $1) }), &random)) * 60
        let start = LocalDateTime(minute: midnight.minute + minute + Int64(random.next() % 12) * 5)
        cases.append(next(at: start, prefix, &known, &random))
      }
    }
    cases.sort { $0.start < $1.start }
  }

  private mutating func next(
    at start: LocalDateTime, _ prefix: String, _ known: inout [SimulatedPatient], _ random: inout SeededNumbers
  ) -> HospitalCase {
    let number = cases.count + 1
    let turn = Self.choose(Self.turns, &random)
    var patient = SimulatedPatient(number, prefix: prefix + "P", &random)
    // One in three was here before; an unknown patient, and one that is to be renamed, is new.
    if !known.isEmpty, random.next() % 3 == 0, turn == .plain || turn == .moved {
      patient = known[Int(random.next() % UInt64(known.count))]
    } else if turn == .plain || turn == .moved {
      known.append(patient)
    }
    let isWeekend = start.weekday > 5
    let modality = Self.choose(Self.mix.filter { !isWeekend || Self.emergencies.contains($0.0) }, &random)
    return HospitalCase(
      number: number, patient: patient, modality: modality,
      procedure: Int(random.next() % UInt64(modality.procedures.count)), turn: turn,
      sequel: Self.choose([(.none, 92), (.addendum, 5), (.correction, 3)], &random),
      isUrgent: random.next() % (isWeekend ? 2 : 10) == 0, start: start, last: .validated,
      accession: "\(prefix)\(number)",
      seed: random.next())
  }

  /// Lets the cases from a day on stand where a living department has them: who is yet to come has a time to come, who
  /// was there was there a while ago, while the doors were open.
  mutating func leaveOpen(from day: LocalDateTime, now: LocalDateTime, beginningWith first: Int = 0) {
    let stages: [HospitalStage] = [
      .ordered, .scheduled, .arrived, .examined, .examined, .dictated, .toSign, .validated, .validated,
    ]
    for index in cases.indices where cases[index].start >= day {
      let place = Int64(index)
      if cases[index].turn.isExamined { cases[index].last = stages[(index + first) % stages.count] }
      let ago: Int64? =
        switch (cases[index].turn, cases[index].last) {
        case (.noShow, _): 90 + place
        case (_, .ordered), (_, .scheduled), (.cancelled, _): nil
        case (_, .arrived): 5 + place
        case (_, .examined): 50 + place * 9
        case (_, .dictated), (_, .toSign): 150 + place * 9
        case (_, .validated): 300 + place * 9
        }
      let minute = ago.map { HospitalTimes.open(now.minute - $0) } ?? HospitalTimes.opening(after: now.minute + 40)
      cases[index].start = LocalDateTime(minute: ago == nil ? minute + place * 25 : minute)
    }
    cases.sort { $0.start < $1.start }
  }

  /// What is still to be done, and all the others.
  var parts: (open: HospitalPlan, done: HospitalPlan) {
    var (open, done) = (self, self)
    open.cases = cases.filter { $0.turn.isExamined && $0.last < .validated }
    done.cases = cases.filter { !$0.turn.isExamined || $0.last == .validated }
    return (open, done)
  }

  private static func choose<Choice>(_ choices: [(Choice, Int)], _ random: inout SeededNumbers) -> Choice {
    let total = choices.reduce(0) { $0 + $1.1 }
    var rest = Int(random.next() % UInt64(total))
    for (choice, weight) in choices {
      if rest < weight { return choice }
      rest -= weight
    }
    return choices[0].0
  }
}
