// SPDX-License-Identifier: Apache-2.0

import Archive
import ArgumentParser
import FileCommands
import Foundation
import MartletServer

/// The list of alarms.
struct AlarmsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "alarms",
    abstract: "List the alarms: what an administrator has to know of.",
    discussion: """
      An alarm stands from when a condition is first noticed until it is over; nobody has to put it away. Works on the \
      data folder, whether its server runs or not; the server writes what changed every two seconds. Exit code 1 says \
      that one is open.
      """)

  @Flag(help: "List those that are over too.") var all = false
  @Option(help: "How many at most.") var limit = 100
  @Flag(help: "Print JSON.") var json = false
  @OptionGroup var folder: DataFolderOption

  func validate() throws {
    guard (1...10_000).contains(limit) else { throw ValidationError("--limit: 1 to 10000.") }
  }

  func run() throws {
    let alarms = try ServerDatabase(folder.open()).alarms.alarms(onlyOpen: !all, limit: limit)
    if json {
      try printJSON(alarms.map(AlarmLine.init))
    } else {
      for alarm in alarms { print(AlarmLine(alarm).text) }
      if alarms.isEmpty { print("no alarm") }
    }
    if alarms.contains(where: \.isOpen) { throw ExitCode(1) }
  }
}

/// An alarm as commands show it.
struct AlarmLine: Encodable {
  let kind: String
  let subject: String
  let severity: String
  let reason: String
  /// Microseconds since 1970-01-01 UTC.
  let firstAt: Int64
  let lastAt: Int64
  let count: Int
  let clearedAt: Int64?

  init(_ alarm: Alarm) {
    kind = alarm.kind.rawValue
    subject = alarm.subject
    severity = alarm.severity.rawValue
    reason = alarm.reason
    firstAt = alarm.firstAt
    lastAt = alarm.lastAt
    count = alarm.count
    clearedAt = alarm.clearedAt
  }

  var text: String {
    func time(_ microseconds: Int64) -> String {
      Date(timeIntervalSince1970: Double(microseconds) / 1_000_000).formatted(.iso8601)
    }
    let place = subject.isEmpty ? "" : " \(subject)"
    let end = clearedAt.map { ", over since \(time($0))" } ?? ""
    return
      "\(severity): \(kind)\(place): \(reason) (since \(time(firstAt)), \(count) times, last \(time(lastAt))\(end))"
  }
}
