// SPDX-License-Identifier: Apache-2.0

/// What is to be written in a field: repetitions of components of subcomponents, as text.
public struct FieldContent: Sendable, Hashable, ExpressibleByStringLiteral {
  public var repetitions: [[[String]]]

  public init(_ text: String) { repetitions = [[[text]]] }
  public init(stringLiteral text: String) { self.init(text) }
  public init(components: [String]) { repetitions = [components.map { [$0] }] }
  public init(subcomponents components: [[String]]) { repetitions = [components] }

  /// Several values of a repeating field.
  public init(_ values: [FieldContent]) { repetitions = values.flatMap(\.repetitions) }

  /// Two quotation marks: the receiver is to delete its value.
  public static let null = FieldContent("\"\"")
}
