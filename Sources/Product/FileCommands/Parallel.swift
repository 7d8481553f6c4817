// SPDX-License-Identifier: Apache-2.0

import Foundation
import Synchronization

/// Work on many things by all cores at once.
enum Parallel {
  /// Parts that each core gets of a batch, so that none waits long for the last one.
  private static let partsPerCore = 8

  /// Transforms a batch, results in the order of the items. Returns when all are done.
  static func map<Item: Sendable, Result: Sendable>(
    _ items: [Item], _ transform: @Sendable (Item) -> Result
  ) -> [Result] {
    parts(items) { $0.map(transform) }.flatMap { $0 }
  }

  /// Cuts a batch into parts and transforms each as a whole, results in the order of the items. Returns when all are
  /// done.
  static func parts<Item: Sendable, Result: Sendable>(
    _ items: [Item], _ transform: @Sendable (ArraySlice<Item>) -> Result
  ) -> [Result] {
    let cores = ProcessInfo.processInfo.activeProcessorCount
    let length = max(1, (items.count + cores * partsPerCore - 1) / (cores * partsPerCore))
    let count = (items.count + length - 1) / length
    guard count > 1 else { return items.isEmpty ? [] : [transform(items[...])] }
    let parts = Mutex([Result?](repeating: nil, count: count))
    DispatchQueue.concurrentPerform(iterations: count) { index in
      let part = transform(items[index * length..<min((index + 1) * length, items.count)])
      parts.withLock { $0[index] = part }
    }
    return parts.withLock { $0.compactMap { $0 } }
  }
}
