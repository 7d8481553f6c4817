// SPDX-License-Identifier: Apache-2.0

import Dispatch
import Workflow

extension JobStoreSuite {
  // MARK: Jobs of the same key

  static let joining: [Case] = [
    Case("an unfinished job of the same key takes the items in") { store in
      try store.add([job("a", key: "k", items: ["1", "2"])], consuming: nil, now: 1)
      try store.add([job("b", key: "k", items: ["2", "3"], priority: .high)], consuming: nil, now: 2)
      try store.add([job("c", kind: "print", key: "k", items: ["9"])], consuming: nil, now: 3)
      let known = try store.jobs(JobQuery(kind: "send"), limit: 10)
      try expect(known.map(\.title), ["a"])
      try expect(known[0].priority, .high)
      try expect(known[0].progress.total, 3)
      try expect(store.items(of: known[0].id, nil, limit: 10), ["1", "2", "3"].map { JobItem($0) })
      try expect(store.jobs(JobQuery(kind: "print"), limit: 10).count, 1)
    },
    Case("what joins a running job is done before that is done") { store in
      try store.add([job("a", key: "k", items: ["1"])], consuming: nil, now: 1)
      let running = try taken(store)
      try store.add([job("b", key: "k", items: ["2"])], consuming: nil, now: 2)
      try store.report(running.lease, items: [JobItem("1", .done)], progress: nil, checkpoint: nil, now: 110)
      try expect(store.finish(running.lease, .succeeded, now: 110), true)
      try expect(states(store), ["a": .waiting])
      let again = try taken(store, now: 110)
      try expect(store.items(of: again.id, .waiting, limit: 10), [JobItem("2")])
      try store.report(again.lease, items: [JobItem("2", .done)], progress: nil, checkpoint: nil, now: 120)
      try expect(store.finish(again.lease, .succeeded, now: 120), true)
      try expect(states(store), ["a": .done])
    },
    Case("a finished job does not hold its key") { store in
      try store.add([job("a", key: "k")], consuming: nil, now: 1)
      try store.finish(taken(store).lease, .succeeded, now: 110)
      try store.add([job("b", key: "k")], consuming: nil, now: 2)
      try expect(states(store), ["a": .done, "b": .waiting])
      try store.finish(taken(store).lease, .gaveUp(reason: "refused"), now: 110)
      try store.add([job("c", key: "k")], consuming: nil, now: 3)
      try expect(store.tell(.retry, JobQuery(states: [.failed]), now: 120), 1)
      try expect(states(store), ["a": .done, "b": .waiting, "c": .waiting])
    },
    Case("a failed item that comes again waits again") { store in
      try store.add([job("a", key: "k", items: ["1"])], consuming: nil, now: 1)
      let running = try taken(store)
      try store.report(running.lease, items: [JobItem("1", .failed)], progress: nil, checkpoint: nil, now: 110)
      try store.add([job("b", key: "k", items: ["1"])], consuming: nil, now: 2)
      try expect(store.jobs(JobQuery(), limit: 1)[0].progress, JobProgress(total: 1))
    },
  ]

  // MARK: What a person may say

  static let people: [Case] = [
    Case("a job that a person puts first goes first") { store in
      try store.add([job("a"), job("b"), job("c")], consuming: nil, now: 1)
      let last = try store.jobs(JobQuery(), limit: 1)[0]
      try expect(store.prioritise(JobQuery(ids: [last.id]), .high, now: 2), 1)
      try expect(taken(store).title, last.title)
      try expect(store.prioritise(JobQuery(ids: [last.id + 100]), .high, now: 2), 0)
      try expect(store.prioritise(JobQuery(), .low, now: 2), 3)
      try expect(Set(store.jobs(JobQuery(), limit: 10).map(\.priority)), [.low])
    },
    Case("each event changes the jobs that the table of states says") { store in
      for event in [JobEvent.pause, .resume, .retry, .cancel] {
        for state in JobState.allCases {
          let before = try store.remove(JobQuery())
          try expect(before <= 1, true)
          try store.add([job("a")], consuming: nil, now: 1)
          try bring(store, to: state)
          let after = state.after(event)
          try expect(store.tell(event, JobQuery(), now: 200), after == nil ? 0 : 1, "\(event) in \(state)")
          try expect(states(store), ["a": after ?? state], "\(event) in \(state)")
          if after == .running || (after == nil && state == .running) {
            _ = try store.tell(.cancel, JobQuery(), now: 200)
          }
        }
      }
    },
    Case("retrying makes failed items wait, at once and as if new") { store in
      try store.add([job("a", items: ["1", "2"])], consuming: nil, now: 1)
      let running = try taken(store)
      try store.report(
        running.lease, items: [JobItem("1", .failed, reason: "x"), JobItem("2", .done)], progress: nil, checkpoint: nil,
        now: 110)
      try store.finish(running.lease, .gaveUp(reason: "1 of 2 refused"), now: 110)
      try expect(store.tell(.retry, JobQuery(ids: [running.id]), now: 200), 1)
      let again = try taken(store, now: 200)
      try expect(again.attempts, 1)
      try expect(again.progress, JobProgress(total: 2, completed: 1))
      try expect(store.items(of: again.id, .waiting, limit: 10), [JobItem("1")])
    },
    Case("what waits for another attempt is made due, by queue or all, and nothing else") { store in
      try store.add(
        [job("a"), job("b", queue: "OTHER"), job("later", notBefore: 900)], consuming: nil, now: 1)
      for _ in 1...2 {
        try store.finish(taken(store).lease, .postponed(until: 800, attempts: 1, reason: "away"), now: 110)
      }
      try expect(claim(store, now: 200), nil)
      try expect(store.hasten(queue: "OTHER", now: 200), 1)
      try expect(taken(store, now: 200).title, "b")
      try expect(store.hasten(queue: nil, now: 200), 1)
      try expect(store.hasten(queue: nil, now: 200), 0)
      try expect(taken(store, now: 200).title, "a")
      try expect(claim(store, now: 200), nil)
    },
    Case("an absent queue gives only what became due since") { store in
      try store.add([job("a"), job("b", queue: "OTHER"), job("c", notBefore: 150)], consuming: nil, now: 1)
      try expect(claim(store, now: 140, absent: ["PACS": 120])?.title, "b")
      try expect(claim(store, now: 140, absent: ["PACS": 120]), nil)
      try expect(claim(store, now: 200, absent: ["PACS": 120])?.title, "c")
      try expect(claim(store, now: 200, absent: ["PACS": 160]), nil)
      try expect(store.tell(.retry, JobQuery(queue: "PACS", states: [.waiting]), now: 200), 1)
      try expect(claim(store, now: 200, absent: ["PACS": 160])?.title, "a")
    },
    Case("a queue is emptied, but for what runs") { store in
      try store.add([job("a"), job("b", items: ["1"]), job("c", queue: "OTHER")], consuming: nil, now: 1)
      _ = try taken(store)
      try expect(store.remove(JobQuery(queue: "PACS")), 1)
      try expect(states(store), ["a": .running, "c": .waiting])
    },
    Case("queues are counted by state") { store in
      try store.add(
        [job("a", items: ["1", "2"]), job("b", items: ["3"], notBefore: 300), job("c", queue: "OTHER")],
        consuming: nil, now: 1)
      let running = try taken(store)
      try store.report(running.lease, items: [JobItem("1", .done)], progress: nil, checkpoint: nil, now: 110)
      let queues = try store.queues()
      try expect(queues.map(\.name), ["OTHER", "PACS"])
      try expect(queues[1].jobs, [.running: 1, .waiting: 1])
      try expect(queues[1].open, 2)
      try expect(queues[1].progress, JobProgress(total: 3, completed: 1))
      try expect(queues[1].nextTime, 300)
    },
    Case("old finished jobs go, others stay") { store in
      try store.add([job("a"), job("b"), job("c")], consuming: nil, now: 1)
      try store.finish(taken(store).lease, .succeeded, now: 110)
      try store.finish(taken(store).lease, .succeeded, now: 210)
      try expect(store.trim(before: 200, limit: 10), 1)
      try expect(store.trim(before: 200, limit: 10), 0)
      try expect(store.jobs(JobQuery(), limit: 10).count, 2)
    },
    Case("who listens is told") { store in
      let told = DispatchSemaphore(value: 0)
      let listener = try store.listen { told.signal() }
      try store.add([job("a")], consuming: nil, now: 1)
      try expect(told.wait(timeout: .now() + 5), .success, "told")
      listener.stop()
    },
  ]

  /// A job of the store, brought from waiting to a state.
  private static func bring(_ store: any JobStore, to state: JobState) throws {
    switch state {
    case .waiting: return
    case .paused: _ = try store.tell(.pause, JobQuery(), now: 1)
    case .cancelled: _ = try store.tell(.cancel, JobQuery(), now: 1)
    case .running: _ = try taken(store)
    case .done: try store.finish(taken(store).lease, .succeeded, now: 110)
    case .failed: try store.finish(taken(store).lease, .gaveUp(reason: "x"), now: 110)
    }
  }

  // MARK: Exactly once

  static let outbox: [Case] = [
    Case("events become jobs once, whoever asks") { store in
      let first = OutboxStep(consumer: "routing", from: nil, to: 5)
      try expect(store.add([job("a")], consuming: first, now: 1), true)
      try expect(store.add([job("b")], consuming: first, now: 1), false)
      let second = OutboxStep(consumer: "routing", from: 5, to: 9)
      try expect(store.add([job("c")], consuming: second, now: 1), true)
      try expect(store.add([job("d")], consuming: second, now: 1), false)
      try expect(store.add([], consuming: OutboxStep(consumer: "routing", from: 9, to: 12), now: 1), true)
      try expect(store.add([job("e")], consuming: OutboxStep(consumer: "other", from: nil, to: 1), now: 1), true)
      try expect(Set(states(store).keys), ["a", "c", "e"])
    }
  ]
}
