// SPDX-License-Identifier: Apache-2.0

import DICOMCore
import DICOMDictionary

/// A condition on an attribute: one of its values matches one of the patterns, in which `*` and `?` stand for anything,
/// without regard to case.
public struct AttributeTest: Sendable, Hashable {
  /// Path of the attribute, such as `BodyPartExamined`.
  public var attribute: String
  /// None: that it has a value.
  public var patterns: [String]
  /// Holds where no value matches.
  public var isNegated: Bool

  public init(attribute: String, patterns: [String], isNegated: Bool = false) {
    self.attribute = attribute
    self.patterns = patterns
    self.isNegated = isNegated
  }

  /// Reads `path=pattern|pattern`, `path!=pattern` and `path`; nil for what names no attribute.
  public init?(_ text: String) {
    let sign = text.firstIndex(of: "=")
    let left = sign.map { text[..<$0] } ?? text[...]
    isNegated = sign != nil && left.last == "!"
    attribute = String(isNegated ? left.dropLast() : left)
    patterns = sign.map { text[text.index(after: $0)...].split(separator: "|").map(String.init) } ?? []
    guard (try? AttributePath(attribute)) != nil else { return nil }
  }

  /// As it is read.
  public var text: String {
    patterns.isEmpty
      ? attribute + (isNegated ? "!=" : "")
      : attribute + (isNegated ? "!=" : "=") + patterns.joined(separator: "|")
  }

  public func holds(_ dataSet: DataSet) -> Bool {
    let values = values(in: dataSet)
    let matches = patterns.isEmpty ? !values.isEmpty : values.contains { Self.matches($0, patterns) }
    return matches != isNegated
  }

  /// What the attribute says; nothing where it is absent or empty.
  func values(in dataSet: DataSet) -> [String] {
    var values: [String] = []
    if let path = try? AttributePath(attribute), let holders = try? dataSet.holders(of: path) {
      for holder in holders {
        guard let tag = holder.resolve(path.last.attribute) else { continue }
        values += holder.strings(tag) ?? holder.integers(tag)?.map(String.init) ?? []
      }
    }
    values.removeAll(where: \.isEmpty)
    return values
  }

  /// Whether a text matches one of several patterns.
  static func matches(_ text: String, _ patterns: [String]) -> Bool {
    let folded = Array(text.lowercased().unicodeScalars)
    return patterns.contains { matches(folded[...], Array($0.lowercased().unicodeScalars)[...]) }
  }

  /// Without backtracking further than to the last `*`: no pattern takes long.
  private static func matches(_ text: ArraySlice<Unicode.Scalar>, _ pattern: ArraySlice<Unicode.Scalar>) -> Bool {
    var (at, next) = (text.startIndex, pattern.startIndex)
    var star: (pattern: Int, text: Int)?
    while at < text.endIndex {
      if next < pattern.endIndex, pattern[next] == "*" {
        star = (next, at)
        next += 1
      } else if next < pattern.endIndex, pattern[next] == "?" || pattern[next] == text[at] {
        (at, next) = (at + 1, next + 1)
      } else if let back = star {
        star = (back.pattern, back.text + 1)
        (at, next) = (back.text + 1, back.pattern + 1)
      } else {
        return false
      }
    }
    return pattern[next...].allSatisfy { $0 == "*" }
  }
}

extension AttributeTest: Codable {
  public init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    let text = try container.decode(String.self)
    guard let test = AttributeTest(text) else {
      throw DecodingError.dataCorruptedError(in: container, debugDescription: "\(text) is no condition")
    }
    self = test
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(text)
  }
}
