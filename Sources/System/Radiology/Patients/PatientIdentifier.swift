// SPDX-License-Identifier: Apache-2.0

/// A number by which somebody knows a patient. It means nothing without its issuer (PS3.3 §C.7.1.1; HL7 v2 CX).
public struct PatientIdentifier: Sendable, Hashable, Codable {
  /// Patient ID (0010,0020); CX.1.
  public var value: String
  /// Issuer of Patient ID (0010,0021); CX.4. Empty where the department itself issued it.
  public var issuer: String
  /// CX.5, HL7 table 0203, such as `MR`, `PI`, `SS`; empty where not known.
  public var type: String

  public init(_ value: String, issuer: String = "", type: String = "") {
    self.value = value
    self.issuer = issuer
    self.type = type
  }

  /// The same number of the same issuer.
  public func isSame(as other: PatientIdentifier) -> Bool { value == other.value && issuer == other.issuer }
}

extension PatientIdentifier {
  /// What is left out keeps its default.
  public init(from decoder: any Decoder) throws {
    self.init("")
    let values = try decoder.container(keyedBy: CodingKeys.self)
    try values.read(.value, &value)
    try values.read(.issuer, &issuer)
    try values.read(.type, &type)
  }
}
