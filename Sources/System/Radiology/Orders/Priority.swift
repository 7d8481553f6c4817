// SPDX-License-Identifier: Apache-2.0

/// How urgent an order is: Requested Procedure Priority (0040,1003). Ordered, the most urgent first.
public enum Priority: String, Sendable, Codable, CaseIterable, Comparable {
  case stat = "STAT"
  case high = "HIGH"
  case routine = "ROUTINE"
  case medium = "MEDIUM"
  case low = "LOW"

  /// 0 is the most urgent; so lists sort.
  public var rank: Int {
    switch self {
    case .stat: 0
    case .high: 1
    case .medium: 2
    case .routine: 3
    case .low: 4
    }
  }

  public static func < (left: Priority, right: Priority) -> Bool { left.rank < right.rank }

  /// Goes before all routine work.
  public var isUrgent: Bool { rank <= 1 }
}
