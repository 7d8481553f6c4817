// SPDX-License-Identifier: Apache-2.0

/// A number of an order and who gave it: placer, filler or accession number (HL7 v2 EI).
public struct OrderNumber: Sendable, Hashable, Codable {
  public var value: String
  /// Namespace of the issuer; empty where the department itself issued it.
  public var issuer: String

  public init(_ value: String, issuer: String = "") {
    self.value = value
    self.issuer = issuer
  }

  public var isEmpty: Bool { value.isEmpty }
}

/// By what somebody names an order.
public enum OrderReference: Sendable, Hashable, CustomStringConvertible {
  case id(Int64)
  /// Placer Order Number (ORC-2, (0040,2016)).
  case placer(OrderNumber)
  /// Filler Order Number (ORC-3, (0040,2017)).
  case filler(OrderNumber)
  /// Accession Number (0008,0050).
  case accession(OrderNumber)

  public var description: String {
    switch self {
    case .id(let id): "order \(id)"
    case .placer(let number): "order with the placer number \(number.value)"
    case .filler(let number): "order with the filler number \(number.value)"
    case .accession(let number): "order with the accession number \(number.value)"
    }
  }
}

extension OrderNumber {
  /// What is left out keeps its default.
  public init(from decoder: any Decoder) throws {
    self.init("")
    let values = try decoder.container(keyedBy: CodingKeys.self)
    try values.read(.value, &value)
    try values.read(.issuer, &issuer)
  }
}
