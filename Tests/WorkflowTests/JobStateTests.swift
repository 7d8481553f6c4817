// SPDX-License-Identifier: Apache-2.0

import Testing
import Workflow

@Suite struct JobStateTests {
  /// Every cell, written a second time.
  @Test func everyCellOfTheTable() {
    let rows: [(JobEvent, String)] = [
      // waiting, running, paused, done, failed, cancelled
      (.claimed, "r-----"), (.succeeded, "-d----"), (.postponed, "-w----"), (.gaveUp, "-f----"),
      (.interrupted, "-w----"), (.pause, "pp----"), (.resume, "--w---"), (.retry, "w-w-ww"), (.cancel, "ccc-c-"),
    ]
    let letters: [Character: JobState] = [
      "w": .waiting, "r": .running, "p": .paused, "d": .done, "f": .failed, "c": .cancelled,
    ]
    #expect(Set(rows.map(\.0)) == Set(JobEvent.allCases))
    for (event, row) in rows {
      for (state, letter) in zip(JobState.allCases, row) {
        #expect(state.after(event) == letters[letter], "\(event) in \(state)")
      }
    }
  }

  @Test func backOffDoublesUpToALimit() {
    let policy = RetryPolicy(first: 10_000, longest: 60_000, attempts: 4)
    for (attempt, most) in [(1, 10_000), (2, 20_000), (3, 40_000), (4, 60_000), (5, 60_000), (1000, 60_000)] {
      for seed in 0..<50 {
        let delay = policy.delay(after: attempt, seed: Int64(seed))
        #expect(delay <= most && delay >= Int64(most) * 9 / 10, "attempt \(attempt)")
      }
    }
    #expect(!policy.isOver(after: 3) && policy.isOver(after: 4))
    #expect(!RetryPolicy.patient.isOver(after: 1_000_000))
  }
}
