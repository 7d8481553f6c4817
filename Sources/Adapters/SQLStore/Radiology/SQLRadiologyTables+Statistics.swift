// SPDX-License-Identifier: Apache-2.0

import Radiology
import SQLInterface

/// When each exam first came into its states stands in one row of `ris_times`. Those of a past day stand together in a
/// row of `ris_times_day` besides, which goes away with the first change to one of them and is made again later: what
/// is read is what `ris_times` has, at any moment.
extension SQLRadiologyTables: StatisticsTable {
  private static let columns: [(state: ExamStatus, name: String)] = [
    (.arrived, "arrived"), (.inRoom, "in_room"), (.performed, "performed"), (.validated, "validated"),
    (.cancelled, "cancelled"), (.noShow, "no_show"),
  ]

  func examTimes(from: Int64, to: Int64, limit: Int, _ body: (ExamTimes) -> Void) throws {
    guard from < to else { return }
    var left = limit
    var next = from
    let days = try connection.all(
      "SELECT day, exams FROM ris_times_day WHERE day >= ? AND day <= ? ORDER BY day LIMIT ?",
      [.integer(TimesOfDay.day(from)), .integer(TimesOfDay.day(to - 1)), .integer(limit)]
    ) { (day: $0.integer(0), exams: $0.blob(1)) }
    for (day, bytes) in days where left > 0 {
      let start = day * TimesOfDay.length
      let end = min(to, start + TimesOfDay.length)
      // Of another layout: from the rows, then.
      guard let exams = TimesOfDay.decode(bytes) else { continue }
      left -= try looseTimes(from: next, to: min(start, to), limit: left, body)
      for exam in exams where left > 0 && exam.placedAt >= from && exam.placedAt < to {
        left -= 1
        body(exam)
      }
      next = end
    }
    _ = try looseTimes(from: next, to: to, limit: left, body)
  }

  /// Out of the rows of the exams.
  /// - Returns: how many there were.
  private func looseTimes(from: Int64, to: Int64, limit: Int, _ body: (ExamTimes) -> Void) throws -> Int {
    guard from < to, limit > 0 else { return 0 }
    let select = try connection.statement(
      """
      SELECT placed_at, modality, room, priority, reader, \(Self.columns.map(\.name).joined(separator: ", "))
      FROM ris_times WHERE placed_at >= ? AND placed_at < ? ORDER BY placed_at LIMIT ?
      """)
    var count = 0
    var (texts, modality) = ("", "")
    try select.run([.integer(from), .integer(to), .integer(limit)]) { row in
      let all = row.text(1)
      if all != texts { (texts, modality) = (all, String(all.dropFirst().prefix { $0 != "\\" })) }
      var exam = ExamTimes(modality: modality, room: row.text(2), priority: row.int(3), placedAt: row.integer(0))
      exam.reader = row.text(4)
      for (index, column) in Self.columns.enumerated() {
        let at = row.integer(5 + index)
        if at != 0 { exam.at[column.state] = at }
      }
      body(exam)
      count += 1
      return true
    }
    return count
  }

  // MARK: Days

  func looseDays(before: Int64, limit: Int) throws -> [Int64] {
    let kept = Set(try connection.all("SELECT day FROM ris_times_day") { $0.integer(0) })
    let end = TimesOfDay.day(before)
    var days: [Int64] = []
    // Days before 1971 and those that have no exam are not looked for one by one.
    var day: Int64 = 365
    while days.count < limit {
      while kept.contains(day) { day += 1 }
      let next = try connection.first(
        "SELECT placed_at FROM ris_times WHERE placed_at >= ? ORDER BY placed_at LIMIT 1",
        [.integer(day * TimesOfDay.length)]
      ) { TimesOfDay.day($0.integer(0)) }
      guard let next, next < end else { break }
      if !kept.contains(next) { days.append(next) }
      day = next + 1
    }
    return days
  }

  func gather(day: Int64) throws {
    let start = day * TimesOfDay.length
    var exams: [ExamTimes] = []
    _ = try looseTimes(from: start, to: start + TimesOfDay.length, limit: Int(Int32.max)) { exams.append($0) }
    guard let bytes = TimesOfDay.encode(exams) else { return }
    try connection.execute(
      "INSERT INTO ris_times_day (day, exams) VALUES (?, ?) ON CONFLICT (day) DO UPDATE SET exams = excluded.exams",
      [.integer(day), .blob(bytes)])
  }

  /// To be called when something changes in `ris_times`; where the time of the request does, before and after.
  private func scatter(dayOfExam id: Int64) throws {
    try connection.execute(
      """
      DELETE FROM ris_times_day
      WHERE day = (SELECT placed_at / \(TimesOfDay.length) FROM ris_times WHERE ris_procedure = ?)
      """, [.integer(id)])
  }

  // MARK: Changes

  /// Keeps what statistics are made of beside an exam that is saved.
  func saveTimes(of procedure: RequestedProcedure, placedAt: Int64) throws {
    let room = procedure.steps.flatMap(\.station.aeTitles).filter { !$0.isEmpty }.min() ?? ""
    let modality = "\\" + procedure.modalities.map { $0 + "\\" }.joined()
    let isKnown = try connection.first(
      "SELECT placed_at, modality, room, priority FROM ris_times WHERE ris_procedure = ?", [.integer(procedure.id)]
    ) {
      $0.integer(0) == placedAt && $0.text(1) == modality && $0.text(2) == room
        && $0.int(3) == procedure.priority.rank
    }
    if isKnown == true { return }
    if isKnown == false { try scatter(dayOfExam: procedure.id) }
    try connection.execute(
      """
      INSERT INTO ris_times (ris_procedure, placed_at, modality, room, priority, reader, arrived, in_room, performed,
        validated, cancelled, no_show) VALUES (?, ?, ?, ?, ?, '', 0, 0, 0, 0, 0, 0)
      ON CONFLICT (ris_procedure) DO UPDATE SET placed_at = excluded.placed_at, modality = excluded.modality,
        room = excluded.room, priority = excluded.priority
      """,
      [
        .integer(procedure.id), .integer(placedAt), .text(modality), .text(room), .integer(procedure.priority.rank),
      ])
    try scatter(dayOfExam: procedure.id)
  }

  /// Forgets an exam that is removed.
  func removeTimes(ofExam id: Int64) throws {
    try scatter(dayOfExam: id)
    try connection.execute("DELETE FROM ris_times WHERE ris_procedure = ?", [.integer(id)])
  }

  /// Notes when an exam came into a state for the first time.
  func noteTime(_ event: RadiologyEvent) throws {
    guard event.subject.procedure != 0, let state = ExamStatus(rawValue: event.to),
      let column = Self.columns.first(where: { $0.state == state })?.name
    else { return }
    let reader = state == .validated ? ", reader = ?" : ""
    let changed = try connection.execute(
      "UPDATE ris_times SET \(column) = ?\(reader) WHERE ris_procedure = ? AND \(column) = 0",
      [.integer(event.at)] + (state == .validated ? [.text(event.by)] : []) + [.integer(event.subject.procedure)])
    if changed > 0 { try scatter(dayOfExam: event.subject.procedure) }
  }
}
