// SPDX-License-Identifier: Apache-2.0

import Foundation
import Synchronization

/// Keeps what is sent to one node, over all associations together, below so many bytes in a second.
final class BandwidthLimit: Sendable {
  private let bytesPerSecond: Double
  /// When what was sent so far is paid for, in seconds of the system's clock.
  private let paidUntil = Mutex(0.0)

  init(bytesPerSecond: Int) { self.bytesPerSecond = Double(max(bytesPerSecond, 1)) }

  /// Waits until so many more bytes may have been sent.
  func spend(_ count: Int) {
    let now = ProcessInfo.processInfo.systemUptime
    let end = paidUntil.withLock { paid in
      paid = max(paid, now) + Double(count) / bytesPerSecond
      return paid
    }
    if end > now { Thread.sleep(forTimeInterval: end - now) }
  }
}

/// The limits of all nodes: jobs that send to the same one share its limit.
final class BandwidthLimits: Sendable {
  private let limits = Mutex<[String: (rate: Int, limit: BandwidthLimit)]>([:])

  func limit(of node: String, bytesPerSecond: Int?) -> BandwidthLimit? {
    guard let rate = bytesPerSecond else { return nil }
    return limits.withLock { limits in
      if let known = limits[node], known.rate == rate { return known.limit }
      let limit = BandwidthLimit(bytesPerSecond: rate)
      limits[node] = (rate, limit)
      return limit
    }
  }
}
