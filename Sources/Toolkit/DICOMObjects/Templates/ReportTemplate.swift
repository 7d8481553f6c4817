// SPDX-License-Identifier: Apache-2.0

import DICOMCore

/// A template of PS3.16 Annex A: which content items a document or a part of it has.
public struct ReportTemplate: Sendable, Hashable {
  /// A row of the table of a template.
  public struct Row: Sendable, Hashable {
    /// Row number as printed, such as `3b`.
    public let number: String
    public let relationship: Relationship?
    /// Value type; nil where the row includes a template.
    public let valueType: String?
    public let concept: CodedConcept?
    /// Context group of the concept name.
    public let conceptGroup: Int?
    /// At most so many items; nil means any number.
    public let maximum: Int?
    /// `M`, `MC`, `U` or `UC`.
    public let requirement: String
    /// Identifier of the template that is included.
    public let include: String?
    public fileprivate(set) var children: [Row]
  }

  /// Identifier, such as `1500`.
  public let identifier: String
  public let name: String
  /// A document may begin with it.
  public let isRoot: Bool
  /// Further items may be added.
  public let isExtensible: Bool
  public let rows: [Row]

  /// Rows of a template, those of the largest being 60.
  private static let maximumRows = 1000

  /// The template with this identifier; nil where the table has none.
  public init?(_ identifier: String) {
    let prefix = "T|\(identifier)|"
    var header: [String]?
    var lines: [[String]] = []
    TemplateTable.lines.withUTF8Buffer { bytes in
      for line in bytes.split(separator: 0x0A) {
        let isHeader = line.starts(with: "T|".utf8)
        if header != nil, isHeader || lines.count == Self.maximumRows { return }
        if header != nil { lines.append(SortedLines.fields(line)) }
        if isHeader, line.starts(with: prefix.utf8) { header = SortedLines.fields(line) }
      }
    }
    guard let header, header.count == 4 else { return nil }
    self.identifier = identifier
    name = header[2]
    isRoot = header[3].contains("R")
    isExtensible = header[3].contains("E")
    var index = 0
    rows = Self.rows(lines, depth: 1, &index)
  }

  private static func rows(_ lines: [[String]], depth: Int, _ index: inout Int) -> [Row] {
    var rows: [Row] = []
    while index < lines.count, lines[index].count == 12, let level = Int(lines[index][0]), level >= depth {
      guard var row = row(lines[index]) else { break }
      index += 1
      row.children = Self.rows(lines, depth: level + 1, &index)
      rows.append(row)
    }
    return rows
  }

  private static func row(_ fields: [String]) -> Row? {
    let words = fields[2].split(separator: " ").joined(separator: " ")
    let isOne = fields[8] == "1"
    return Row(
      number: fields[1], relationship: words.isEmpty ? nil : Relationship(rawValue: words),
      valueType: fields[3].isEmpty ? nil : fields[3],
      concept: fields[5].isEmpty ? nil : CodedConcept(fields[5], fields[4]), conceptGroup: Int(fields[6]),
      maximum: isOne ? 1 : nil, requirement: fields[9], include: fields[10].isEmpty ? nil : fields[10], children: [])
  }
}
