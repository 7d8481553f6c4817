// SPDX-License-Identifier: Apache-2.0

import Radiology

/// A list or a search of the department, made anew for each run.
struct Question: Sendable {
  let name: String
  let ask: @Sendable (Department, inout Chance) throws -> Int

  static func exams(
    _ name: String, _ change: @escaping @Sendable (inout ExamQuery, inout Chance) -> Void
  ) -> Question {
    Question(name: name) { department, chance in
      var query = ExamQuery()
      query.limit = 100
      change(&query, &chance)
      return try department.examPage(matching: query).exams.count
    }
  }

  /// The worklists of all roles, as the server's own.
  static let worklists: [Question] = [
    exams("worklist: to schedule") { query, _ in query.statuses = [.requested] },
    exams("worklist: scheduled") { query, _ in (query.statuses, query.order) = ([.scheduled], .start) },
    exams("worklist: arrived") { query, _ in query.statuses = [.arrived] },
    exams("worklist: to read, of nobody") { query, _ in (query.statuses, query.claimedBy) = ([.toRead], "") },
    exams("worklist: mine") { query, _ in
      (query.statuses, query.claimedBy) = ([.toRead, .dictated, .toSign], "reader3")
    },
    exams("worklist: to sign") { query, _ in query.statuses = [.toSign] },
    exams("worklist: validated") { query, _ in (query.statuses, query.order) = ([.validated, .sent], .newest) },
    exams("worklist: cancelled") { query, _ in
      (query.statuses, query.order) = ([.cancelled, .discontinued], .newest)
    },
    exams("worklist: no show") { query, _ in (query.statuses, query.order) = ([.noShow], .newest) },
    exams("worklist: everything") { query, _ in query.order = .newest },
    exams("worklist: validated, one modality") { query, chance in
      (query.statuses, query.order, query.modalities) = ([.validated, .sent], .newest, [chance.pick(["NM", "MR"])])
    },
    exams("worklist: validated, urgent") { query, _ in
      (query.statuses, query.order, query.urgentOnly) = ([.validated, .sent], .newest, true)
    },
    exams("room: a day of one machine") { query, chance in
      let day = today(chance.next(7)).date
      (query.dateFrom, query.dateTo, query.order) = (day, day, .start)
      query.stations = ["AE\(chance.next(Vocabulary.rooms))"]
    },
    exams("exams: a month") { query, chance in
      let month = today(-chance.next(1500)).date.prefix(6)
      (query.dateFrom, query.dateTo, query.order) = (month + "01", month + "31", .start)
    },
    exams("lost: done without images") { query, _ in query.lost = .withoutImages },
    exams("lost: arrived without exam") { query, _ in query.lost = .waiting },
    exams("lost: unread") { query, _ in query.lost = .unread },
  ]

  static let searches: [Question] = [
    exams("exams: accession number") { query, chance in query.text = "A\(1 + chance.next(50_000))" },
    exams("exams: rare name") { query, chance in
      query.text = chance.pick(Vocabulary.families) + Vocabulary.syllables(chance.next(20_000))
    },
    exams("exams: frequent name, validated") { query, chance in
      (query.text, query.statuses, query.order) = (chance.pick(Vocabulary.families), [.validated, .sent], .newest)
    },
    exams("exams: frequent name, to read") { query, chance in
      (query.text, query.statuses) = (chance.pick(Vocabulary.families), [.toRead])
    },
    exams("exams: two letters") { query, chance in query.text = chance.pick(["an", "sm", "zq", "lu"]) },
    Question(name: "orders: newest") { department, _ in try department.orders(matching: OrderQuery()).count },
    Question(name: "orders: requested") { department, _ in
      var query = OrderQuery()
      query.statuses = [.requested]
      return try department.orders(matching: query).count
    },
    Question(name: "orders: name") { department, chance in
      var query = OrderQuery()
      query.text = chance.pick(Vocabulary.families)
      return try department.orders(matching: query).count
    },
    patients("patients: rare name") { query, chance in
      query.text = chance.pick(Vocabulary.families) + Vocabulary.syllables(chance.next(20_000))
    },
    patients("patients: frequent name") { query, chance in query.text = chance.pick(Vocabulary.families) },
    patients("patients: two names") { query, chance in
      query.text = chance.pick(Vocabulary.given) + " " + chance.pick(Vocabulary.families)
    },
    patients("patients: part of a name") { query, chance in query.text = chance.pick(["mith", "ubois", "kowal"]) },
    patients("patients: two letters") { query, chance in query.text = chance.pick(["an", "mi", "zq"]) },
    patients("patients: identifier") { query, chance in query.text = "P\(1_000_001 + chance.next(1000))" },
    patients("patients: birth date") { query, chance in
      query.birthDate = "\(1930 + chance.next(90))0\(1 + chance.next(9))1\(chance.next(9))"
    },
    Question(name: "patient: reported exams") { department, chance in
      try department.reportedExams(ofPatient: Int64(1 + chance.next(1000)), limit: 50).count
    },
  ]

  static let agenda: [Question] = [
    Question(name: "agenda: a day, all rooms") { department, chance in
      let day = today(chance.next(7))
      return try department.appointments(of: [], from: day, to: LocalDateTime(minute: day.minute + 1440)).count
    },
    Question(name: "agenda: a week of one room") { department, chance in
      let day = today(chance.next(7))
      return try department.appointments(
        of: [Int64(1 + chance.next(Vocabulary.rooms))], from: day, to: LocalDateTime(minute: day.minute + 7 * 1440)
      ).count
    },
    Question(name: "agenda: free times") { department, chance in
      try department.freeSlots(
        of: [Int64(1 + chance.next(Vocabulary.rooms))], minutes: 20, from: today(0), days: 14, limit: 20
      ).count
    },
  ]

  static let statistics: [Question] = [
    Question(name: "statistics: a month by day") { department, chance in
      let to = DepartmentOptions.systemTime() - Int64(chance.next(1000)) * 86_400_000_000
      return try department.statistics(from: to - 30 * 86_400_000_000, to: to, by: .day).groups.count
    },
    Question(name: "statistics: a year by modality") { department, chance in
      let to = DepartmentOptions.systemTime() - Int64(chance.next(1000)) * 86_400_000_000
      return try department.statistics(from: to - 365 * 86_400_000_000, to: to, by: .modality).groups.count
    },
  ]

  private static func patients(
    _ name: String, _ change: @escaping @Sendable (inout PatientQuery, inout Chance) -> Void
  ) -> Question {
    Question(name: name) { department, chance in
      var query = PatientQuery()
      change(&query, &chance)
      return try department.patients(matching: query).count
    }
  }

  private static func reports(
    _ name: String, _ change: @escaping @Sendable (inout ReportQuery, inout Chance) -> Void
  ) -> Question {
    Question(name: "reports: \(name)") { department, chance in
      var query = ReportQuery()
      change(&query, &chance)
      return try department.reports(matching: query).count
    }
  }

  static let texts: [Question] = [
    reports("frequent word, all languages") { query, _ in query.words = "normal" },
    reports("frequent word, one language") { query, _ in (query.words, query.language) = ("nodules", "en") },
    reports("frequent word, not denied") { query, _ in (query.words, query.affirmedOnly) = ("fracture", true) },
    reports("rare word") { query, chance in query.words = "word" + Vocabulary.syllables(4000 + chance.next(900)) },
    reports("two words") { query, chance in
      query.words = "appendicitis word" + Vocabulary.syllables(200 + chance.next(200))
    },
    reports("phrase") { query, chance in
      query.words = "\"word\(Vocabulary.syllables(chance.next(9))) word\(Vocabulary.syllables(chance.next(9)))\""
    },
    reports("beginning of a word") { query, chance in
      query.words = chance.pick(["fract*", "append*", "zlomen*", "wordbak*", "wordzuzu*"])
    },
    reports("Czech, not denied") { query, _ in
      (query.words, query.language, query.affirmedOnly) = ("zlomeniny", "cs", true)
    },
    reports("word that nobody wrote") { query, _ in query.words = "xylophone" },
  ]

  /// Midnight of a day, counted from today.
  private static func today(_ days: Int) -> LocalDateTime {
    LocalDateTime(
      minute: LocalDateTime(microseconds: DepartmentOptions.systemTime()).minute / 1440 * 1440 + Int64(days) * 1440)
  }
}
