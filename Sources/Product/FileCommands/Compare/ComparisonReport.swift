// SPDX-License-Identifier: Apache-2.0

/// What differs.
struct ComparisonReport: Encodable {
  /// One attribute.
  struct Difference: Encodable, Sendable {
    enum Kind: String, Encodable, Sendable { case onlyInFirst, onlyInSecond, vr, value, items, pixels }
    let kind: Kind
    let path: String
    var first: String?
    var second: String?

    /// For people.
    var line: String {
      switch kind {
      case .onlyInFirst: "- \(path) = \(first ?? "")"
      case .onlyInSecond: "+ \(path) = \(second ?? "")"
      case .vr: "VR \(path): \(first ?? "") | \(second ?? "")"
      default: "  \(path): \(first ?? "") | \(second ?? "")"
      }
    }
  }

  /// Two files.
  struct Pair: Encodable, Sendable {
    let first: String
    let second: String
    var differences: [Difference] = []
    var error: String?

    var isSame: Bool { differences.isEmpty && error == nil }
  }

  private(set) var compared = 0
  /// Pairs that differ; of two files always the pair.
  private(set) var pairs: [Pair] = []
  var onlyInFirst: [String] = []
  var onlyInSecond: [String] = []

  var isSame: Bool { pairs.allSatisfy(\.isSame) && onlyInFirst.isEmpty && onlyInSecond.isEmpty }

  mutating func add(_ pair: Pair) {
    compared += 1
    if !pair.isSame { pairs.append(pair) }
  }

  private enum Key: String, CodingKey { case same, compared, pairs, onlyInFirst, onlyInSecond }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: Key.self)
    try container.encode(isSame, forKey: .same)
    try container.encode(compared, forKey: .compared)
    try container.encode(pairs, forKey: .pairs)
    try container.encode(onlyInFirst, forKey: .onlyInFirst)
    try container.encode(onlyInSecond, forKey: .onlyInSecond)
  }
}
