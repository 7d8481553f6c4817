// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import FileCommands
import MartletServer
import Workflow

/// Which jobs a command is for: a queue, or single jobs.
struct JobsOption: ParsableArguments {
  @Argument(help: "Name of the queue.") var queue: String?
  @Option(help: "Number of a single job; may be given several times.") var job: [Int64] = []
  @OptionGroup var folder: DataFolderOption

  func validate() throws {
    guard queue != nil || !job.isEmpty else { throw ValidationError("Name a queue, or jobs with --job.") }
  }

  /// Tells the selected jobs, and how many it changed.
  func tell(_ event: JobEvent, states: [JobState] = []) throws {
    let query = JobQuery(ids: job, queue: queue, states: job.isEmpty ? states : [])
    let count = try ServerDatabase(folder.open()).jobs.tell(event, query, now: Clock.now())
    print("\(count) jobs changed")
    if count == 0, !job.isEmpty { throw CommandFailure("the jobs are not in a state in which this changes anything") }
  }
}

extension Queue {
  struct Pause: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Let no job of a queue begin, or stop single jobs; what was sent is kept.")

    @OptionGroup var jobs: JobsOption

    func run() throws {
      guard jobs.job.isEmpty, let queue = jobs.queue else { return try jobs.tell(.pause) }
      try ServerDatabase(jobs.folder.open()).jobs.pause(queue: queue, true)
      print("queue \(queue) is paused")
    }
  }

  struct Resume: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Let the jobs of a queue, or single jobs, go on.")

    @OptionGroup var jobs: JobsOption

    func run() throws {
      guard jobs.job.isEmpty, let queue = jobs.queue else { return try jobs.tell(.resume) }
      try ServerDatabase(jobs.folder.open()).jobs.pause(queue: queue, false)
      print("queue \(queue) is open")
    }
  }

  struct Retry: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Try jobs at once that wait or were given up; of those only what has not arrived.")

    @OptionGroup var jobs: JobsOption

    func run() throws { try jobs.tell(.retry, states: [.waiting, .paused, .failed]) }
  }

  struct Cancel: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Cancel jobs that are not done.")

    @OptionGroup var jobs: JobsOption

    func run() throws { try jobs.tell(.cancel) }
  }

  struct Empty: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Cancel and remove all jobs of a queue.")

    @Argument(help: "Name of the queue.") var queue: String
    @OptionGroup var folder: DataFolderOption

    func run() throws {
      let store = try ServerDatabase(folder.open()).jobs
      try store.tell(.cancel, JobQuery(queue: queue), now: Clock.now())
      print("\(try store.remove(JobQuery(queue: queue))) jobs removed")
    }
  }
}
