// SPDX-License-Identifier: Apache-2.0

/// A code with its scheme and meaning (PS3.3 §8; HL7 v2 CE).
public struct CodedElement: Sendable, Hashable, Codable {
  /// Code Value (0008,0100).
  public var value: String
  /// Coding Scheme Designator (0008,0102).
  public var scheme: String
  /// Code Meaning (0008,0104).
  public var meaning: String

  public init(_ value: String, _ scheme: String, _ meaning: String) {
    self.value = value
    self.scheme = scheme
    self.meaning = meaning
  }
}

extension CodedElement {
  /// What is left out keeps its default.
  public init(from decoder: any Decoder) throws {
    self.init("", "", "")
    let values = try decoder.container(keyedBy: CodingKeys.self)
    try values.read(.value, &value)
    try values.read(.scheme, &scheme)
    try values.read(.meaning, &meaning)
  }
}
