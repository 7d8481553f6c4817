// SPDX-License-Identifier: Apache-2.0

/// The words of XML.
enum MarkupText {
  /// Elements that end a line.
  private static let blocks: Set<String> = [
    "title", "paragraph", "item", "tr", "caption", "section", "br", "list", "table", "text", "name", "p", "div",
  ]

  /// Text without tags, comments and the header of the document; blocks end lines, cells are told apart by tabs.
  static func words(_ markup: String) -> String {
    var result = ""
    var rest = Substring(markup)
    while !rest.isEmpty {
      let text = rest.prefix { $0 != "<" }
      append(unescaped(text), to: &result)
      rest = rest.dropFirst(text.count)
      guard rest.first == "<" else { break }
      if rest.hasPrefix("<!--") {
        rest = after("-->", rest)
        continue
      }
      if rest.hasPrefix("<![CDATA[") {
        let inner = rest.dropFirst(9)
        rest = after("]]>", inner)
        result += inner[..<rest.startIndex].dropLast(3)
        continue
      }
      let tag = rest.dropFirst().prefix { $0 != ">" }
      rest = rest.dropFirst(tag.count + 2)
      let name = tag.drop { $0 == "/" }.prefix { !$0.isWhitespace && $0 != "/" }
      let local = String(name.split(separator: ":").last ?? "")
      if tag.hasPrefix("/") || tag.hasSuffix("/") {
        if blocks.contains(local) { result += "\n" }
        if local == "td" || local == "th" { result += "\t" }
      } else if blocks.contains(local) {
        result += "\n"
      }
    }
    let lines = result.split(separator: "\n").map { $0.trimmingSpaces }.filter { !$0.isEmpty }
    return lines.isEmpty ? "" : lines.joined(separator: "\n") + "\n"
  }

  /// White space of any length is one space.
  private static func append(_ text: String, to result: inout String) {
    let words = text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    if text.first?.isWhitespace == true, result.last?.isWhitespace == false { result += " " }
    result += words
    if text.last?.isWhitespace == true, !words.isEmpty { result += " " }
  }

  private static func after(_ end: String, _ text: Substring) -> Substring {
    var rest = text
    while !rest.isEmpty, !rest.hasPrefix(end) { rest = rest.dropFirst() }
    return rest.dropFirst(end.count)
  }

  private static func unescaped(_ text: Substring) -> String {
    guard text.contains("&") else { return String(text) }
    var result = ""
    var rest = text
    let names: [Substring: String] = ["lt": "<", "gt": ">", "amp": "&", "quot": "\"", "apos": "'"]
    while let start = rest.firstIndex(of: "&") {
      result += rest[..<start]
      let body = rest[rest.index(after: start)...].prefix(12)
      guard let end = body.firstIndex(of: ";") else {
        result += rest[start...]
        return result
      }
      let name = body[..<end]
      if name.hasPrefix("#") {
        let digits = name.dropFirst()
        let number = digits.first == "x" ? UInt32(digits.dropFirst(), radix: 16) : UInt32(digits)
        if let scalar = number.flatMap(Unicode.Scalar.init) { result.unicodeScalars.append(scalar) }
      } else {
        result += names[name] ?? ""
      }
      rest = rest[rest.index(after: end)...]
    }
    return result + rest
  }
}

extension Substring {
  fileprivate var trimmingSpaces: String {
    var part = self
    while part.last == " " || part.last == "\t" { part.removeLast() }
    while part.first == " " || part.first == "\t" { part.removeFirst() }
    return String(part)
  }
}
