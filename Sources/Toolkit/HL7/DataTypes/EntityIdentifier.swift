// SPDX-License-Identifier: Apache-2.0

/// A number of an order with the application that gave it (EI, HL7 v2.5.1 §2.A.28).
public struct EntityIdentifier: Sendable, Hashable {
  public var id: String
  public var namespace: String
  public var universalID: String
  public var universalIDType: String

  public init(id: String, namespace: String = "", universalID: String = "", universalIDType: String = "") {
    self.id = id
    self.namespace = namespace
    self.universalID = universalID
    self.universalIDType = universalIDType
  }

  public init(_ repetition: Repetition) {
    self.init(
      id: repetition[1].value, namespace: repetition[2].value, universalID: repetition[3].value,
      universalIDType: repetition[4].value)
  }

  public var content: FieldContent { FieldContent(components: [id, namespace, universalID, universalIDType]) }
}
