// SPDX-License-Identifier: Apache-2.0

/// A level of the patient / study / series / instance model, Query/Retrieve Level (0008,0052) in PS3.4 §C.6.
public enum QueryLevel: Int, Sendable, Comparable, CaseIterable {
  case patient
  case study
  case series
  case instance

  public static func < (left: QueryLevel, right: QueryLevel) -> Bool { left.rawValue < right.rawValue }

  /// The defined term of Query/Retrieve Level.
  public var term: String {
    switch self {
    case .patient: "PATIENT"
    case .study: "STUDY"
    case .series: "SERIES"
    case .instance: "IMAGE"
    }
  }

  public init?(term: String) {
    guard let level = Self.allCases.first(where: { $0.term == term }) else { return nil }
    self = level
  }
}
