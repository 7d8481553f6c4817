// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import FileCommands
import Foundation
import MartletServer
import Workflow

/// The queues of durable jobs.
struct Queue: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "See, pause, retry and empty the queues of jobs.",
    discussion: """
      Everything that Martlet sends on its own waits in a queue, one for each destination, until it has arrived. Works \
      on the data folder, whether its server runs or not.
      """,
    subcommands: [List.self, Jobs.self, Pause.self, Resume.self, Retry.self, Cancel.self, Empty.self],
    defaultSubcommand: List.self)

  struct List: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "List the queues, what waits in them, and why.")

    @OptionGroup var folder: DataFolderOption
    @Flag(help: "Print JSON.") var json = false

    private struct Row: Encodable {
      let name: String
      let paused: Bool
      let jobs: [String: Int]
      let total: Int
      let completed: Int
      let failed: Int
      let reason: String
    }

    func run() throws {
      let queues = try ServerDatabase(folder.open()).jobs.queues()
      if json {
        return try printJSON(
          queues.map { queue in
            Row(
              name: queue.name, paused: queue.isPaused,
              jobs: Dictionary(uniqueKeysWithValues: queue.jobs.map { ($0.key.rawValue, $0.value) }),
              total: queue.progress.total, completed: queue.progress.completed, failed: queue.progress.failed,
              reason: queue.reason)
          })
      }
      for queue in queues {
        let counts = JobState.allCases.compactMap { state in
          queue.jobs[state].map { "\($0) \(state.rawValue)" }
        }
        print(
          [
            queue.name, queue.isPaused ? "paused" : "open", counts.joined(separator: ", "),
            "\(queue.progress.completed) of \(queue.progress.total) items", queue.reason,
          ].joined(separator: "\t"))
      }
    }
  }

  struct Jobs: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "List the jobs of a queue, the newest first.")

    @Argument(help: "Name of the queue; all where none is named.") var queue: String?
    @Option(help: "Only jobs of this state: \(JobState.allCases.map(\.rawValue).joined(separator: ", ")).")
    var state: JobState?
    @Option(help: "How many at most.") var limit = 100
    @OptionGroup var folder: DataFolderOption
    @Flag(help: "Print JSON.") var json = false

    private struct Row: Encodable {
      let id: Int64
      let kind: String
      let queue: String
      let title: String
      let state: String
      let attempts: Int
      let notBefore: Int64
      let total: Int
      let completed: Int
      let warned: Int
      let failed: Int
      let reason: String
    }

    func validate() throws {
      guard (1...JobLimits.page).contains(limit) else {
        throw ValidationError("The limit must be from 1 to \(JobLimits.page).")
      }
    }

    func run() throws {
      let query = JobQuery(queue: queue, states: state.map { [$0] } ?? [])
      let jobs = try ServerDatabase(folder.open()).jobs.jobs(query, limit: limit)
      if json {
        return try printJSON(
          jobs.map { job in
            Row(
              id: job.id, kind: job.kind, queue: job.queue, title: job.title, state: job.state.rawValue,
              attempts: job.attempts, notBefore: job.notBefore, total: job.progress.total,
              completed: job.progress.completed, warned: job.progress.warned, failed: job.progress.failed,
              reason: job.reason)
          })
      }
      for job in jobs {
        print(
          "\(job.id)\t\(job.queue)\t\(job.state.rawValue)\t\(job.progress.completed) of \(job.progress.total)"
            + "\t\(job.title)\t\(job.reason)")
      }
    }
  }
}

extension JobState: ExpressibleByArgument {}
