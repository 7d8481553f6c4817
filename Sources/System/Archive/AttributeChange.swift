// SPDX-License-Identifier: Apache-2.0

import DICOMCore
import DICOMDictionary

/// A change of an attribute on its way to or from a node. What is stored is never changed by it.
public struct AttributeChange: Sendable, Hashable, Codable {
  public enum Kind: String, Sendable, Codable, CaseIterable {
    /// Gives it this value.
    case set
    /// Gives it this value where it has none.
    case fill
    /// Takes it away, or what a sequence has in it.
    case strip
    /// Gives it another value where it has one of those that are listed.
    case map
  }

  public var kind: Kind
  /// Path of the attribute, such as `InstitutionName`.
  public var attribute: String
  /// The value; several are parted by backslashes.
  public var value: String
  /// For `map`: old values and what becomes of them.
  public var values: [String: String]

  public init(_ kind: Kind, _ attribute: String, value: String = "", values: [String: String] = [:]) {
    self.kind = kind
    self.attribute = attribute
    self.value = value
    self.values = values
  }

  /// What identifies objects and says how they are encoded stays as it is.
  static let untouchable: Set<Tag> = [
    .sopClassUID, .sopInstanceUID, .studyInstanceUID, .seriesInstanceUID, .pixelData, .rows, .columns, .bitsAllocated,
    .bitsStored, .highBit, .pixelRepresentation, .samplesPerPixel, .numberOfFrames, .photometricInterpretation,
    .specificCharacterSet,
  ]

  /// Why it cannot be done to any object; nil where it can.
  public var fault: String? {
    guard let path = try? AttributePath(attribute) else { return "\(attribute) names no attribute" }
    if case .tag(let tag) = path.last.attribute, path.steps.count == 1, Self.untouchable.contains(tag) {
      return "\(attribute) cannot be changed on the way"
    }
    if kind == .strip || kind == .map && values.isEmpty { return kind == .map ? "no values are to be changed" : nil }
    var sample = DataSet(inheritedCharacterSet: .utf8)
    do {
      for text in kind == .map ? Array(values.values) : [value] { try Self.set(text, at: path, of: &sample) }
    } catch {
      return "\(attribute) cannot have this value: \(error)"
    }
    return nil
  }

  /// Makes the change.
  /// - Returns: whether it changed anything.
  @discardableResult
  public func apply(to dataSet: inout DataSet) throws -> Bool {
    let path = try AttributePath(attribute)
    let old = try dataSet.element(at: path)
    let texts = try Self.texts(path, dataSet)
    switch kind {
    case .strip: return try dataSet.erase(path) > 0
    case .fill:
      if texts.contains(where: { !$0.isEmpty }) { return false }
      try Self.set(value, at: path, of: &dataSet)
    case .set: try Self.set(value, at: path, of: &dataSet)
    case .map:
      guard texts.contains(where: { values[$0] != nil }) else { return false }
      try Self.set(texts.map { values[$0] ?? $0 }.joined(separator: "\\"), at: path, of: &dataSet)
    }
    return try dataSet.element(at: path) != old
  }

  private static func texts(_ path: AttributePath, _ dataSet: DataSet) throws -> [String] {
    for holder in try dataSet.holders(of: path) {
      guard let tag = holder.resolve(path.last.attribute), holder[tag] != nil else { continue }
      return holder.strings(tag) ?? holder.integers(tag)?.map(String.init) ?? []
    }
    return []
  }

  private static func set(_ text: String, at path: AttributePath, of dataSet: inout DataSet) throws {
    if text.isEmpty { return try dataSet.set(.empty, at: path) }
    try dataSet.set(
      .texts(text.split(separator: "\\", omittingEmptySubsequences: false).map(String.init)), at: path)
  }
}

extension AttributeChange {
  /// What is absent is empty.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    self.init(
      try container.decode(Kind.self, forKey: .kind), try container.decode(String.self, forKey: .attribute),
      value: try container.decodeIfPresent(String.self, forKey: .value) ?? "",
      values: try container.decodeIfPresent([String: String].self, forKey: .values) ?? [:])
  }
}
