// SPDX-License-Identifier: Apache-2.0

/// The same numbers at each run.
struct Chance {
  private var state: UInt64

  init(_ seed: UInt64 = 7) { state = seed }

  mutating func next(_ bound: Int) -> Int {
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return Int((state >> 33) % UInt64(max(bound, 1)))
  }

  mutating func pick<Element>(_ list: [Element]) -> Element { list[next(list.count)] }

  /// Small numbers are frequent: the n-th about as often as 1/n.
  mutating func rank(_ bound: Int) -> Int {
    let left = next(bound)
    return left * next(bound) / bound * next(bound) / bound
  }
}
