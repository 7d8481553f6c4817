// SPDX-License-Identifier: Apache-2.0

import DICOMCore

/// Where a content tree departs from its template.
public struct TemplateFinding: Sendable, Hashable, CustomStringConvertible {
  /// The item that the finding is about, or whose child is missing.
  public let position: [Int]
  /// Identifier of the template.
  public let template: String
  /// Row number as printed.
  public let row: String
  public let reason: String

  public var description: String {
    "\(position.map { String($0) }.joined(separator: ".")): \(reason) (TID \(template), row \(row))"
  }
}

/// Checks containers against the templates that they name: items that are mandatory without condition, value types,
/// relationships and how often an item may occur. Conditions and value sets are not checked.
public enum TemplateCheck {
  /// Templates within templates that are opened.
  private static let maximumIncludes = 6

  /// Findings for all containers of a document that name a template that is known.
  public static func findings(_ root: ContentItem) -> [TemplateFinding] {
    findings(root, [1])
  }

  private static func findings(_ item: ContentItem, _ position: [Int]) -> [TemplateFinding] {
    var found: [TemplateFinding] = []
    if let template = item.template.flatMap({ ReportTemplate($0) }), let row = template.rows.first {
      if let type = row.valueType, type != item.value.valueType {
        found.append(finding(position, template, row, "the item is no \(type)"))
      }
      check(item, position, row.children, template, &found)
    }
    for (index, child) in item.children.enumerated() { found += findings(child, position + [index + 1]) }
    return found
  }

  /// Compares the children of an item with the rows that they are to match.
  private static func check(
    _ item: ContentItem, _ position: [Int], _ rows: [ReportTemplate.Row], _ template: ReportTemplate,
    _ found: inout [TemplateFinding]
  ) {
    for row in opened(rows, depth: 0) {
      guard let concept = row.concept, row.include == nil else { continue }
      let matches = item.children.enumerated().filter { $0.element.concept == concept }
      let typed = matches.filter { row.valueType == nil || $0.element.value.valueType == row.valueType }
      if matches.isEmpty {
        if row.requirement == "M" {
          found.append(finding(position, template, row, "\(concept.meaning) is missing"))
        }
        continue
      }
      // Several rows may have the same concept with different value types.
      let hasOther = rows.contains { $0.concept == concept && $0.valueType != row.valueType }
      if typed.isEmpty, !hasOther {
        let place = position + [matches[0].offset + 1]
        found.append(finding(place, template, row, "\(concept.meaning) is to be \(row.valueType ?? "")"))
      }
      if let maximum = row.maximum, typed.count > maximum, !hasOther, row.requirement.hasPrefix("M") {
        found.append(finding(position, template, row, "\(concept.meaning) stands \(typed.count) times"))
      }
      for match in typed {
        let place = position + [match.offset + 1]
        if let relationship = row.relationship, match.element.relationship != relationship {
          found.append(finding(place, template, row, "the relationship is to be \(relationship.rawValue)"))
        }
        if match.element.template == nil { check(match.element, place, row.children, template, &found) }
      }
    }
  }

  /// Rows with those of mandatory included templates in their place; included templates that are not mandatory are
  /// checked where a container names them.
  private static func opened(_ rows: [ReportTemplate.Row], depth: Int) -> [ReportTemplate.Row] {
    guard depth < maximumIncludes else { return [] }
    return rows.flatMap { row in
      guard let include = row.include else { return [row] }
      guard row.requirement == "M", let template = ReportTemplate(include) else { return [] }
      return opened(template.rows, depth: depth + 1)
    }
  }

  private static func finding(
    _ position: [Int], _ template: ReportTemplate, _ row: ReportTemplate.Row, _ reason: String
  ) -> TemplateFinding {
    TemplateFinding(position: position, template: template.identifier, row: row.number, reason: reason)
  }
}
