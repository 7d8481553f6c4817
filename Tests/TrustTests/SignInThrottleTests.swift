// SPDX-License-Identifier: Apache-2.0

import Testing
import Trust

@Suite struct SignInThrottleTests {
  @Test func waitsGrowAfterTheFreeFailures() {
    let throttle = SignInThrottle()
    var waits: [Int64] = []
    for attempt in 0..<14 {
      throttle.failed(account: "Anna", address: "10.0.0.\(attempt)", now: 0)
      waits.append(throttle.wait(account: "anna", address: "10.1.1.1", now: 0) / 1_000_000)
    }
    #expect(waits == [0, 0, 0, 0, 0, 1, 2, 4, 8, 16, 32, 60, 60, 60])
    #expect(throttle.wait(account: "anna", address: "10.1.1.1", now: 60_000_000) == 0)
    #expect(throttle.wait(account: "bert", address: "10.1.1.1", now: 0) == 0)
  }

  @Test func addressesAreThrottledOverAllAccounts() {
    let throttle = SignInThrottle()
    for attempt in 0..<21 { throttle.failed(account: "user\(attempt)", address: "10.0.0.1", now: 0) }
    #expect(throttle.wait(account: "another", address: "10.0.0.1", now: 0) == 2_000_000)
    #expect(throttle.wait(account: "another", address: "10.0.0.2", now: 0) == 0)
  }

  @Test func successAndTimeForgive() {
    let throttle = SignInThrottle()
    for _ in 0..<6 { throttle.failed(account: "anna", address: "a", now: 0) }
    throttle.succeeded(account: "ANNA")
    #expect(throttle.wait(account: "anna", address: "b", now: 0) == 0)
    for _ in 0..<6 { throttle.failed(account: "bert", address: "c", now: 0) }
    throttle.failed(account: "bert", address: "c", now: 4_000_000_000)
    #expect(throttle.wait(account: "bert", address: "d", now: 4_000_000_000) == 0)
  }

  @Test func forgetsTheLongestUnusedWhenFull() {
    let throttle = SignInThrottle(capacity: 100)
    for _ in 0..<10 { throttle.failed(account: "anna", address: "a", now: 1_000_000) }
    for number in 0..<200 { throttle.failed(account: "u\(number)", address: "a\(number)", now: Int64(number)) }
    #expect(throttle.wait(account: "anna", address: "z", now: 1_000_000) == 16_000_000)
  }
}
