// SPDX-License-Identifier: Apache-2.0

import Foundation
import Synchronization
import Testing

@testable import DICOMGateway

@Suite struct WorkerThreadsTests {
  @Test func workOverTheLimitIsRefusedAndThreadsAreUsedAgain() {
    let workers = WorkerThreads(limit: 2)
    let gate = DispatchSemaphore(value: 0)
    let done = DispatchSemaphore(value: 0)
    for _ in 0..<2 {
      #expect(
        workers.run {
          gate.wait(); done.signal()
        })
    }
    #expect(!workers.run {})
    gate.signal()
    gate.signal()
    done.wait()
    done.wait()
    let names = Mutex<Set<UInt>>([])
    for _ in 0..<50 {
      while !workers.run({
        names.withLock { _ = $0.insert(UInt(pthread_self())) }
        done.signal()
      }) { usleep(100) }
      done.wait()
    }
    #expect(names.withLock { $0.count } <= 2)
    workers.stop(within: 5)
    #expect(!workers.run {})
  }
}
