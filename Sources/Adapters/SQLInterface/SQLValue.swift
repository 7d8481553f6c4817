// SPDX-License-Identifier: Apache-2.0

/// A parameter of a statement, typed as the engines type it.
public enum SQLValue: Sendable, Hashable {
  case null
  case integer(Int64)
  case real(Double)
  case text(String)
  case blob([UInt8])

  /// A whole number, or NULL.
  public static func integer(_ value: Int64?) -> SQLValue { value.map { .integer($0) } ?? .null }
  /// A whole number, or NULL.
  public static func integer(_ value: Int?) -> SQLValue { value.map { .integer(Int64($0)) } ?? .null }
  /// A text, or NULL.
  public static func text(_ value: String?) -> SQLValue { value.map { .text($0) } ?? .null }
}

extension SQLValue: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral, ExpressibleByNilLiteral {
  public init(stringLiteral value: String) { self = .text(value) }
  public init(integerLiteral value: Int64) { self = .integer(value) }
  public init(nilLiteral: ()) { self = .null }
}
