// SPDX-License-Identifier: Apache-2.0

import DICOMCore

/// Series of which an instance came that the index did not know, and what came of them since: the rest of such a series
/// is new as well, so that the index is not asked for each instance. Where one is not, since another process stored it
/// or the sender repeats it behind a new one, the index says so when the record is added.
package struct FreshSeries {
  /// More are forgotten, the oldest first.
  package static let maximumSeries = 64
  /// Of larger ones each instance is asked for.
  package static let maximumInstances = 4096

  private var instances: [UID: Set<UID>] = [:]
  private var order: [UID] = []

  package init() {}

  /// Whether the index must be asked for an instance, which counts as one that came.
  package mutating func asks(for instance: UID, of series: UID) -> Bool {
    guard let count = instances[series]?.count, count < Self.maximumInstances else { return true }
    return instances[series]?.insert(instance).inserted == false
  }

  /// The index did not know an instance of a series.
  package mutating func add(_ instance: UID, of series: UID) {
    guard instances[series]?.insert(instance) == nil else { return }
    instances[series] = [instance]
    order.append(series)
    if order.count > Self.maximumSeries { instances[order.removeFirst()] = nil }
  }
}
