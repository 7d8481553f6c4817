// SPDX-License-Identifier: Apache-2.0

/// A person with an identifier, such as a physician (XCN, HL7 v2.5.1 §2.A.86).
public struct ExtendedCompositeName: Sendable, Hashable {
  public var id: String
  public var name: ExtendedPersonName

  public init(id: String, name: ExtendedPersonName) {
    self.id = id
    self.name = name
  }

  public init(_ repetition: Repetition) {
    self.init(
      id: repetition[1].value,
      name: ExtendedPersonName(
        family: repetition[2].value, given: repetition[3].value, middle: repetition[4].value,
        suffix: repetition[5].value, prefix: repetition[6].value, degree: repetition[7].value))
  }

  public var isEmpty: Bool { id.isEmpty && name.family.isEmpty && name.given.isEmpty }

  public var content: FieldContent {
    FieldContent(components: [id, name.family, name.given, name.middle, name.suffix, name.prefix, name.degree])
  }
}
