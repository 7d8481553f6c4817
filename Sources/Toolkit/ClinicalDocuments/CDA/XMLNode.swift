// SPDX-License-Identifier: Apache-2.0

/// An element of XML to be written.
struct XMLNode {
  let name: String
  var attributes: [(String, String)]
  var content: [Content]

  enum Content {
    case node(XMLNode)
    case text(String)
  }

  init(_ name: String, _ attributes: [(String, String)] = [], _ children: [XMLNode] = []) {
    self.name = name
    self.attributes = attributes
    content = children.map { .node($0) }
  }

  init(_ name: String, _ attributes: [(String, String)] = [], text: String) {
    self.name = name
    self.attributes = attributes
    content = [.text(text)]
  }

  /// As text, in one line.
  func write(to text: inout String) {
    text += "<" + name
    for (name, value) in attributes { text += " \(name)=\"\(Self.escaped(value))\"" }
    if content.isEmpty {
      text += "/>"
      return
    }
    text += ">"
    for part in content {
      switch part {
      case .node(let node): node.write(to: &text)
      case .text(let plain): text += Self.escaped(plain)
      }
    }
    text += "</\(name)>"
  }

  /// Characters that XML 1.0 lacks (§2.2) become U+FFFD.
  static func escaped(_ text: String) -> String {
    var result = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "&": result += "&amp;"
      case "<": result += "&lt;"
      case ">": result += "&gt;"
      case "\"": result += "&quot;"
      case "\t", "\n": result.unicodeScalars.append(scalar)
      case "\r": result += "&#13;"
      default:
        let isAllowed = scalar.value >= 0x20 && scalar.value != 0xFFFE && scalar.value != 0xFFFF
        result.unicodeScalars.append(isAllowed ? scalar : "\u{FFFD}")
      }
    }
    return result
  }
}
