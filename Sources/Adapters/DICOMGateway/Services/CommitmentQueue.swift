// SPDX-License-Identifier: Apache-2.0

import Archive
import Workflow

/// Answers of storage commitment that are to go out over associations of ours, as jobs: one queue for each requester.
struct CommitmentQueue: Sendable {
  static let kind = "commitment"
  /// More are owed only where nobody has been there for very long.
  static let maximumResumed = 100_000

  private let commitment: StorageCommitment
  private let jobs: any JobStore
  private let now: @Sendable () -> Int64

  init(_ commitment: StorageCommitment, jobs: any JobStore, now: @escaping @Sendable () -> Int64) {
    self.commitment = commitment
    self.jobs = jobs
    self.now = now
  }

  func add(_ id: Int64) throws {
    guard let owed = try commitment.owed(id) else { return }
    try jobs.add([Self.job(owed)], consuming: nil, now: now())
  }

  /// What was owed when the program ended, its associations with it.
  func resume() throws {
    try commitment.trim()
    let owed = try commitment.owed(limit: Self.maximumResumed)
    if !owed.isEmpty { try jobs.add(owed.map(Self.job), consuming: nil, now: now()) }
  }

  private static func job(_ owed: Commitment) -> NewJob {
    NewJob(
      kind: kind, queue: owed.requester, title: "Storage commitment \(owed.transactionUID)", key: String(owed.id),
      payload: String(owed.id), priority: .high)
  }
}
