// SPDX-License-Identifier: Apache-2.0

/// Data element types (PS3.5 §7.4).
enum AttributeType: UInt8, Sendable {
  case required = 0x31
  case requiredConditionally = 0x41
  case requiredMayBeEmpty = 0x32
  case mayBeEmptyConditionally = 0x42
  case optional = 0x33
  case unspecified = 0x2D

  /// As the standard prints it.
  var name: String {
    switch self {
    case .required: "1"
    case .requiredConditionally: "1C"
    case .requiredMayBeEmpty: "2"
    case .mayBeEmptyConditionally: "2C"
    case .optional: "3"
    case .unspecified: "-"
    }
  }

  init?(name: some StringProtocol) {
    switch name {
    case "1": self = .required
    case "1C": self = .requiredConditionally
    case "2": self = .requiredMayBeEmpty
    case "2C": self = .mayBeEmptyConditionally
    case "3": self = .optional
    default: return nil
    }
  }
}
