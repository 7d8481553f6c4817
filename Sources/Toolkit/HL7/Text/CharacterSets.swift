// SPDX-License-Identifier: Apache-2.0

/// The repetitions of MSH-18: the set that is in force, and those that ISO 2022 escapes may reach (§2.15.9.18).
public struct CharacterSets: Sendable, Hashable {
  public var sets: [CharacterSet]
  /// Values that are none of table 0211.
  public private(set) var unknown: [String] = []

  public init(_ sets: [CharacterSet]) { self.sets = sets }

  /// MSH-18 is empty: text is UTF-8 where it is valid UTF-8, else ISO 8859-1.
  public static let undeclared = CharacterSets([])

  /// Reads MSH-18.
  init(declaredBy field: Field) {
    sets = []
    guard !field.isEmpty, !field.isNull else { return }
    for (index, repetition) in field.repetitions.enumerated() {
      let value = repetition.value
      // An empty first repetition means ASCII.
      if value.isEmpty, index == 0 {
        sets.append(.ascii)
      } else if let set = CharacterSet(named: value) {
        sets.append(set)
      } else if !value.isEmpty {
        unknown.append(value)
      }
    }
  }

  /// The set that text begins in; nil where none is declared.
  public var primary: CharacterSet? { sets.first }

  /// Whether escape sequences of ISO 2022 may switch sets.
  var usesISO2022: Bool { sets.isEmpty || sets.count > 1 || sets.contains { $0.width == .iso2022 } }
}
