// SPDX-License-Identifier: Apache-2.0

/// An identifier with its assigning authority and type (CX, HL7 v2.5.1 §2.A.14).
public struct ExtendedIdentifier: Sendable, Hashable {
  public var id: String
  public var assigningAuthority: HierarchicDesignator
  /// `MR`, `PI`, `SS`, … (table 0203).
  public var type: String

  public init(id: String, assigningAuthority: HierarchicDesignator = .init(), type: String = "") {
    self.id = id
    self.assigningAuthority = assigningAuthority
    self.type = type
  }

  public init(_ repetition: Repetition) {
    self.init(
      id: repetition[1].value, assigningAuthority: HierarchicDesignator(repetition[4]), type: repetition[5].value)
  }

  /// Those of a field that are not empty.
  public static func list(_ field: Field) -> [ExtendedIdentifier] {
    field.repetitions.map { ExtendedIdentifier($0) }.filter { !$0.id.isEmpty }
  }

  public var content: FieldContent {
    FieldContent(subcomponents: [[id], [""], [""], assigningAuthority.subcomponents, [type]])
  }
}
