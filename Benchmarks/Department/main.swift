// SPDX-License-Identifier: Apache-2.0

import PostgreSQLDriver
import Radiology
import SQLInterface
import SQLStore
import SQLiteDriver

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Milliseconds within which the 95th percentile of each list and search has to come.
let limit = 100.0

/// `department-benchmark <path or postgresql://…> <reports> [runs] [words of the question's name]`: fills what is
/// empty, then asks.
func run() throws {
  let arguments = CommandLine.arguments
  guard arguments.count >= 3, let reports = Int(arguments[2]) else {
    print("usage: department-benchmark <path or postgresql://…> <reports> [runs] [words]")
    return
  }
  let runs = arguments.count > 3 ? Int(arguments[3]) ?? 50 : 50
  let database: any SQLDatabase =
    arguments[1].hasPrefix("postgresql:")
    ? try PostgreSQLDatabase(PostgreSQLOptions(url: arguments[1])) : try SQLiteDatabase(path: arguments[1])
  try Schema.migrate(database)
  let department = Department(store: SQLRadiologyStore(database))
  if try department.orders(matching: OrderQuery()).isEmpty {
    let clock = ContinuousClock()
    let time = try clock.measure {
      var filling = Filling(database, reports: reports, now: DepartmentOptions.systemTime())
      try filling.run { count in print("\(count) exams") }
    }
    print("\(reports) reports in \(time)")
  }
  // The server does both by itself after a while; the embedded engine goes without.
  if database.dialect.name == "postgresql" { try database.write { try $0.script("ANALYZE") } }
  while try department.gatherStatistics(days: 100, before: DepartmentOptions.systemTime()) == 100 {}
  print("question; median, 95th percentile; both in time of the processor, milliseconds; answers")
  let asked = Question.worklists + Question.searches + Question.agenda + Question.statistics + Question.texts
  for question in asked where arguments.count < 5 || question.name.contains(arguments[4]) {
    try measure(question, department, runs)
  }
  try database.close()
}

func measure(_ question: Question, _ department: Department, _ runs: Int) throws {
  var chance = Chance()
  var times: [Double] = []
  var processor: [Double] = []
  var answers = 0
  // The first few find nothing in memory.
  for run in -3..<runs {
    let (start, spent) = (ContinuousClock.now, processorTime())
    let count = try question.ask(department, &chance)
    if run < 0 { continue }
    times.append((ContinuousClock.now - start) / .milliseconds(1))
    processor.append(processorTime() - spent)
    answers += count
  }
  times.sort()
  processor.sort()
  func text(_ value: Double) -> String { String((value * 100).rounded() / 100) }
  let place = min(runs - 1, runs * 95 / 100)
  let columns = [times[runs / 2], times[place], processor[runs / 2], processor[place]].map(text)
  print(
    "| \(question.name) | \(columns.joined(separator: " | ")) | \(answers / runs) |",
    times[place] <= limit ? "" : processor[place] <= limit ? "late" : "MISSED")
}

/// Milliseconds of all threads, which other programs on the machine do not lengthen.
func processorTime() -> Double {
  var time = timespec()
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
  return Double(time.tv_sec) * 1000 + Double(time.tv_nsec) / 1_000_000
}

try run()
