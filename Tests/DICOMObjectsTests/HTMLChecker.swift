// SPDX-License-Identifier: Apache-2.0

/// Checks a page: tags nest, ids are unique, headings skip no level, nothing runs.
enum HTMLChecker {
  private static let void: Set<String> = ["meta", "br", "!DOCTYPE"]

  static func problems(_ html: String) -> [String] {
    var problems: [String] = []
    var open: [String] = []
    var ids: Set<String> = []
    var level = 0
    for part in html.split(separator: "<").dropFirst(html.first == "<" ? 0 : 1) {
      guard let end = part.firstIndex(of: ">") else {
        problems.append("a tag does not end: \(part.prefix(40))")
        continue
      }
      let tag = part[..<end]
      let name = String(tag.prefix { $0 != " " })
      if name.hasPrefix("/") {
        if open.popLast() != String(name.dropFirst()) { problems.append("</\(name.dropFirst())> closes nothing") }
        continue
      }
      if !void.contains(name) { open.append(name) }
      if name == "script" || tag.contains("javascript:") || tag.contains(" on") { problems.append("script in \(tag)") }
      if let id = attribute("id", tag), !ids.insert(id).inserted { problems.append("id \(id) twice") }
      if name.count == 2, name.first == "h", let number = name.last?.wholeNumberValue {
        if number > level + 1 { problems.append("heading \(number) after \(level)") }
        level = number
      }
    }
    if !open.isEmpty { problems.append("not closed: \(open)") }
    return problems
  }

  private static func attribute(_ name: String, _ tag: Substring) -> String? {
    let parts = tag.split(separator: " \(name)=\"", maxSplits: 1)
    return parts.count == 2 ? String(parts[1].prefix { $0 != "\"" }) : nil
  }
}
