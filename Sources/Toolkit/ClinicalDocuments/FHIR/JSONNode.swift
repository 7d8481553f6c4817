// SPDX-License-Identifier: Apache-2.0

/// A value of JSON (RFC 8259) to be written. Members without a value are left out, as FHIR asks.
enum JSONNode: Sendable {
  case string(String)
  case number(Int)
  case array([JSONNode])
  case object([(String, JSONNode?)])

  /// Nil for an empty text.
  static func text(_ text: String) -> JSONNode? { text.isEmpty ? nil : .string(text) }
  /// Nil for an empty list.
  static func list(_ nodes: [JSONNode]) -> JSONNode? { nodes.isEmpty ? nil : .array(nodes) }

  func write(to text: inout String) {
    switch self {
    case .string(let value): Self.write(value, to: &text)
    case .number(let value): text += String(value)
    case .array(let nodes):
      text += "["
      for (index, node) in nodes.enumerated() {
        if index > 0 { text += "," }
        node.write(to: &text)
      }
      text += "]"
    case .object(let members):
      text += "{"
      var isFirst = true
      for (name, node) in members {
        guard let node else { continue }
        if !isFirst { text += "," }
        isFirst = false
        Self.write(name, to: &text)
        text += ":"
        node.write(to: &text)
      }
      text += "}"
    }
  }

  var bytes: [UInt8] {
    var text = ""
    write(to: &text)
    return Array(text.utf8)
  }

  private static func write(_ value: String, to text: inout String) {
    text += "\""
    for scalar in value.unicodeScalars {
      switch scalar {
      case "\"": text += "\\\""
      case "\\": text += "\\\\"
      case "\n": text += "\\n"
      case "\r": text += "\\r"
      case "\t": text += "\\t"
      default:
        if scalar.value < 0x20 {
          let digits = String(scalar.value, radix: 16)
          text += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
        } else {
          text.unicodeScalars.append(scalar)
        }
      }
    }
    text += "\""
  }
}
