// SPDX-License-Identifier: Apache-2.0

/// Value multiplicity (PS3.5 §6.4): `1`, `1-3`, `1-n`, `2-2n`, and alternatives with `or`.
struct Multiplicity {
  private let lower: Int
  /// Nil is unlimited.
  private let upper: Int?
  /// Above the lower limit the count is a multiple of this.
  private let step: Int
  private let others: [Int]

  init?(_ text: String) {
    var alternatives = text.split(separator: " ").filter { $0 != "or" }
    guard !alternatives.isEmpty else { return nil }
    let first = alternatives.removeFirst()
    others = alternatives.compactMap { Int($0) }
    let ends = first.split(separator: "-")
    guard let low = ends.first.flatMap({ Int($0) }) else { return nil }
    lower = low
    guard ends.count > 1 else {
      upper = low
      step = 1
      return
    }
    if ends[1].hasSuffix("n") {
      upper = nil
      step = Int(ends[1].dropLast()) ?? 1
    } else {
      upper = Int(ends[1])
      step = 1
    }
  }

  func allows(_ count: Int) -> Bool {
    if others.contains(count) { return true }
    guard count >= lower, upper.map({ count <= $0 }) ?? true else { return false }
    return step == 1 || count % step == 0
  }
}
