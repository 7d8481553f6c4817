// SPDX-License-Identifier: Apache-2.0

import Archive
import PostgreSQLDriver
import SQLInterface
import SQLStore
import SQLiteDriver

/// The index and the reports of one database.
struct SQLSubject {
  let database: any SQLDatabase
  let index: SQLInstanceIndex
  let reports: SQLReportTexts
  let studies: Int
}

/// `index-benchmark <path or postgresql://…> <studies> <reports> [runs]`: fills what is empty, then asks.
func run() throws {
  let arguments = CommandLine.arguments
  guard arguments.count >= 4, let studies = Int(arguments[2]), let reports = Int(arguments[3]) else {
    print("usage: index-benchmark <path or postgresql://…> <studies> <reports> [runs]")
    return
  }
  let runs = arguments.count > 4 ? Int(arguments[4]) ?? 100 : 100
  let database: any SQLDatabase =
    arguments[1].hasPrefix("postgresql:")
    ? try PostgreSQLDatabase(PostgreSQLOptions(url: arguments[1])) : try SQLiteDatabase(path: arguments[1])
  try Schema.migrate(database)
  let subject = SQLSubject(
    database: database, index: SQLInstanceIndex(database), reports: SQLReportTexts(database), studies: studies)
  let clock = ContinuousClock()
  if try subject.index.studyList(StudyListQuery(limit: 1)).total == 0 {
    let time = try clock.measure { try Filling(subject: subject).addStudies(studies) }
    print("\(studies) studies of one instance in \(time): \(rate(studies, time))/s")
  }
  if try subject.reports.reports(with: "word*", offset: 0, limit: 1).isEmpty {
    let time = try clock.measure { try Filling(subject: subject).addReports(reports) }
    print("\(reports) reports in \(time): \(rate(reports, time))/s")
  }
  if arguments[1].hasPrefix("postgresql:") { try settle(PostgreSQLSession(PostgreSQLOptions(url: arguments[1]))) }
  print("median, 95th percentile, worst in milliseconds; answers; limit of the 95th percentile")
  for question in Question.finds + Question.lists + Question.texts { try measure(question, subject, runs) }
  try database.close()
}

/// What the server does by itself within the hour after rows were added (migration 76), and its memory as it is when it
/// was asked for as long. The embedded engine goes without.
func settle(_ session: PostgreSQLSession) throws {
  try session.script("VACUUM (ANALYZE)")
  do {
    try session.script(
      """
      CREATE EXTENSION IF NOT EXISTS pg_prewarm;
      SELECT sum(pg_prewarm(oid::regclass)) FROM pg_class
        WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'i');
      """)
  } catch {
    print("without pg_prewarm first questions read from the disk: \(error)")
  }
}

func rate(_ count: Int, _ time: Duration) -> Int { Int(Double(count) / (time / .seconds(1))) }

func measure(_ question: Question, _ subject: SQLSubject, _ runs: Int) throws {
  var chance = Chance()
  var times: [Double] = []
  var answers = 0
  // The first few find nothing in memory.
  for run in -5..<runs {
    let start = ContinuousClock.now
    let count = try question.ask(subject, &chance)
    if run < 0 { continue }
    times.append((ContinuousClock.now - start) / .milliseconds(1))
    answers += count
  }
  times.sort()
  func text(_ value: Double) -> String { String((value * 100).rounded() / 100) }
  let late = times[min(runs - 1, runs * 95 / 100)]
  print(
    "| \(question.name) | \(text(times[runs / 2])) | \(text(late)) | \(text(times[runs - 1])) | \(answers / runs) |",
    late <= question.limit ? "\(question.limit)" : "\(question.limit) MISSED", "|")
}

try run()
