// SPDX-License-Identifier: Apache-2.0

/// One change to a message before it is understood, written as a line:
/// - `PID-3.4.1 = HOSP` sets a value, `PID-3.4.1 ?= HOSP` only where it is empty,
/// - `OBR-18 <- ORC-2.1` copies, `OBR-18 ?<- ORC-2.1` only where it is empty,
/// - `OBR-24 : CTS > CT, MRI > MR` translates values.
public struct MappingRule: Sendable, Hashable, CustomStringConvertible {
  public enum Action: Sendable, Hashable {
    case set(String)
    case copy(from: String)
    case translate([String: String])
  }

  /// Place in the message, such as `PID-3.4.1`.
  public let target: String
  public let action: Action
  public let onlyIfEmpty: Bool
  public let description: String

  /// What a rule may take.
  public static let maximumLength = 2000

  /// Nil where the line is no rule. Places are checked by whoever applies it.
  public init?(_ line: String) {
    let text = Self.trimmed(line[...])
    guard !text.isEmpty, text.utf8.count <= Self.maximumLength,
      let space = text.firstIndex(of: " ")
    else { return nil }
    target = String(text[..<space])
    let rest = Self.trimmed(text[space...])
    guard let gap = rest.firstIndex(of: " ") else { return nil }
    let value = String(Self.trimmed(rest[gap...]))
    switch rest[..<gap] {
    case "=": (action, onlyIfEmpty) = (.set(value), false)
    case "?=": (action, onlyIfEmpty) = (.set(value), true)
    case "<-": (action, onlyIfEmpty) = (.copy(from: value), false)
    case "?<-": (action, onlyIfEmpty) = (.copy(from: value), true)
    case ":":
      var table: [String: String] = [:]
      for pair in value.split(separator: ",") {
        let sides = pair.split(separator: ">", omittingEmptySubsequences: false)
        guard sides.count == 2 else { return nil }
        table[String(Self.trimmed(sides[0]))] = String(Self.trimmed(sides[1]))
      }
      (action, onlyIfEmpty) = (.translate(table), false)
    default: return nil
    }
    description = String(text)
  }

  private static func trimmed(_ text: Substring) -> Substring {
    var text = text
    while text.first?.isWhitespace == true { text.removeFirst() }
    while text.last?.isWhitespace == true { text.removeLast() }
    return text
  }
}
