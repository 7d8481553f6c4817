// SPDX-License-Identifier: Apache-2.0

/// Relationship Type (0040,A010) of a content item to the one that encloses it (PS3.3 §C.17.3.2.4).
public struct Relationship: RawRepresentable, Sendable, Hashable {
  /// The defined term, such as `HAS OBS CONTEXT`.
  public let rawValue: String

  public init(rawValue: String) { self.rawValue = rawValue }

  /// Parts of a container.
  public static let contains = Relationship(rawValue: "CONTAINS")
  public static let hasProperties = Relationship(rawValue: "HAS PROPERTIES")
  public static let hasObservationContext = Relationship(rawValue: "HAS OBS CONTEXT")
  public static let hasAcquisitionContext = Relationship(rawValue: "HAS ACQ CONTEXT")
  public static let inferredFrom = Relationship(rawValue: "INFERRED FROM")
  public static let selectedFrom = Relationship(rawValue: "SELECTED FROM")
  public static let hasConceptModifier = Relationship(rawValue: "HAS CONCEPT MOD")
}
