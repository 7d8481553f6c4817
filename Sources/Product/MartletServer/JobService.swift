// SPDX-License-Identifier: Apache-2.0

import Archive
import Logging
import NIOPosix
import ServiceLifecycle
import Workflow

/// Threads of a pool for work that blocks. A task that is cancelled still has its work done, since it may have to be
/// written down.
struct PoolThreads: BlockingThreads {
  let pool: NIOThreadPool

  func run<Value: Sendable>(_ body: @escaping @Sendable () throws -> Value) async throws -> Value {
    try await Task { try await pool.runIfActive(body) }.value
  }
}

/// Runs durable jobs, turns events of the archive into them, and removes those that are long done.
struct JobService: Service {
  /// Finished jobs are kept so long, in microseconds.
  static let keepTime: Int64 = 7 * 86_400_000_000
  /// How many are removed at a time.
  static let trimmed = 1000
  /// Between two looks into the outbox.
  static let pause = Duration.milliseconds(500)
  static let maximumRunning = 16

  let store: any JobStore
  let handlers: [any JobHandler]
  let followers: [OutboxFollower]
  /// Nil where nobody wants earlier studies.
  var priors: PriorsFeed?
  let owner: String
  let parallelism: @Sendable (_ queue: String) -> Int
  let absences: PeerAbsences
  let logger: Logger

  func run() async throws {
    let pool = NIOThreadPool(numberOfThreads: Self.maximumRunning + 4)
    pool.start()
    let threads = PoolThreads(pool: pool)
    let logger = logger
    let runner = JobRunner(
      store: store, handlers: handlers,
      options: JobRunnerOptions(owner: owner, maximumRunning: Self.maximumRunning, parallelism: parallelism),
      threads: threads, absences: absences, now: Clock.now, log: { logger.notice("\($0)") })
    await cancelWhenGracefulShutdown {
      await withDiscardingTaskGroup { group in
        group.addTask {
          do { try await runner.run() } catch { logger.error("jobs cannot be run: \(error)") }
        }
        for follower in followers { group.addTask { await follow(follower, threads) } }
        if let priors { group.addTask { await feed(priors, threads) } }
        group.addTask { await trim(threads) }
      }
    }
    try await pool.shutdownGracefully()
  }

  private func follow(_ follower: OutboxFollower, _ threads: PoolThreads) async {
    while !Task.isCancelled {
      do {
        let count = try await threads.run { try follower.step(now: Clock.now()) }
        if count < OutboxFollower.page { try? await Task.sleep(for: Self.pause) }
      } catch {
        if Task.isCancelled { return }
        logger.error("events cannot be turned into jobs for \(follower.name), and will be: \(error)")
        try? await Task.sleep(for: .seconds(5))
      }
    }
  }

  private func feed(_ priors: PriorsFeed, _ threads: PoolThreads) async {
    while !Task.isCancelled {
      do {
        let count = try await threads.run { try priors.step(now: Clock.now()) }
        if count < PriorsFeed.page { try? await Task.sleep(for: .seconds(1)) }
      } catch {
        if Task.isCancelled { return }
        logger.error("earlier studies cannot be sent ahead, and will be: \(error)")
        try? await Task.sleep(for: .seconds(5))
      }
    }
  }

  private func trim(_ threads: PoolThreads) async {
    while !Task.isCancelled {
      let removed = try? await threads.run { [store] in
        try store.trim(before: Clock.now() - Self.keepTime, limit: Self.trimmed)
      }
      if (removed ?? 0) < Self.trimmed { try? await Task.sleep(for: .seconds(600)) }
    }
  }
}
