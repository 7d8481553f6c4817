// SPDX-License-Identifier: Apache-2.0

import Archive
import ArgumentParser
import FileCommands
import Foundation
import MartletServer

/// What there is to know of a data folder at a glance.
struct StatusCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "status",
    abstract: "Show whether the server runs, open alarms, and how far second copy and scrub are.",
    discussion: "Works on the data folder, whether its server runs or not. Exit code 1 says that an alarm is open.")

  @Flag(help: "Print JSON.") var json = false
  @OptionGroup var folder: DataFolderOption

  private struct Scrub: Encodable {
    /// Microseconds since 1970-01-01 UTC.
    let begunAt: Int64
    let endedAt: Int64?
    let files: Int
    let bytes: Int64
    let findings: Int
  }

  private struct Report: Encodable {
    let folder: String
    let isRunning: Bool
    let alarms: [AlarmLine]
    let scrub: Scrub?
    /// Nil where no second copy is kept.
    let copy: CopyReport?
  }

  func run() throws {
    let data = try folder.open()
    let database = try ServerDatabase(data)
    let lock = try ServerLock(data)
    let alarms = try database.alarms.alarms(onlyOpen: true, limit: 100)
    let report = Report(
      folder: data.path, isRunning: lock == nil, alarms: alarms.map(AlarmLine.init),
      scrub: try database.scrub.progress().map {
        Scrub(begunAt: $0.begunAt, endedAt: $0.endedAt, files: $0.files, bytes: $0.bytes, findings: $0.findings)
      }, copy: CopyReport.read(data))
    if json {
      try printJSON(report)
    } else {
      print("\(report.folder): the server \(report.isRunning ? "runs" : "does not run")")
      if let copy = report.copy {
        let lag = copy.since.map { ", \(max(Clock.now() - $0, 0) / 1_000_000) s" } ?? ""
        print("second copy: \(copy.state), \(copy.changes) changes and \(copy.bytes) bytes wait\(lag)")
      }
      if let scrub = report.scrub {
        print(
          "scrub: \(scrub.files) files, \(scrub.bytes) bytes, \(scrub.findings) findings"
            + (scrub.endedAt == nil ? " so far" : ", done"))
      }
      for alarm in report.alarms { print(alarm.text) }
      if report.alarms.isEmpty { print("no alarm") }
    }
    if !report.alarms.isEmpty { throw ExitCode(1) }
  }
}
