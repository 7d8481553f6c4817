// SPDX-License-Identifier: Apache-2.0

/// A namespace, or a universal ID with its type (HD, HL7 v2.5.1 §2.A.33).
public struct HierarchicDesignator: Sendable, Hashable {
  public var namespace: String
  public var universalID: String
  /// `ISO`, `DNS`, … (table 0301).
  public var universalIDType: String

  public init(namespace: String = "", universalID: String = "", universalIDType: String = "") {
    self.namespace = namespace
    self.universalID = universalID
    self.universalIDType = universalIDType
  }

  /// From the subcomponents of a component.
  public init(_ component: Component) {
    self.init(namespace: component[1], universalID: component[2], universalIDType: component[3])
  }

  public var isEmpty: Bool { namespace.isEmpty && universalID.isEmpty }

  var subcomponents: [String] { [namespace, universalID, universalIDType] }
}
