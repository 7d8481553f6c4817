// SPDX-License-Identifier: Apache-2.0

/// Formatting commands of data type FT (HL7 v2.5.1 §2.7.6) as plain text.
enum FormattingCommand {
  /// Lines or columns that one command may ask for.
  static let maximumCount = 100

  /// The text of a command such as `.br`; nil where it is none.
  static func plainText(_ command: String) -> String? {
    let name = command.dropFirst().prefix(2)
    let number = command.dropFirst(3)
    let count = number.isEmpty ? nil : Int(number)
    guard number.isEmpty || count != nil else { return nil }
    let times = min(max(count ?? 1, 0), maximumCount)
    switch name {
    case "br": return number.isEmpty ? "\n" : nil
    case "sp": return String(repeating: "\n", count: times)
    case "ce": return "\n"
    case "sk": return String(repeating: " ", count: times)
    case "fi", "nf", "in", "ti": return ""
    default: return nil
    }
  }
}
