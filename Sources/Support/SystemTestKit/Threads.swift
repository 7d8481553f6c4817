// SPDX-License-Identifier: Apache-2.0

import Dispatch
import Foundation

/// Blocking threads, as the ports are made for.
public enum Threads {
  /// Runs `body` on so many threads at once, with the number of each, and waits for all.
  public static func run(_ count: Int, _ body: @escaping @Sendable (Int) -> Void) {
    let group = DispatchGroup()
    for number in 0..<count {
      group.enter()
      Thread {
        body(number)
        group.leave()
      }.start()
    }
    group.wait()
  }
}
