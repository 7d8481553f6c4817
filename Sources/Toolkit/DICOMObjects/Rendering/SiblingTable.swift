// SPDX-License-Identifier: Apache-2.0

import DICOMCore

/// Containers of one kind side by side, such as irradiation events or measurement groups, as a table: a row for each.
struct SiblingTable {
  struct Cell {
    let items: [ContentItem]
    /// Items of several concepts, each to be named.
    var isMixed = false
  }

  struct Row {
    let item: ContentItem
    let position: [Int]
    let cells: [String: Cell]
  }

  /// Values that all rows have alike, in the order of the document.
  let common: [(label: String, cell: Cell)]
  /// The columns that are shown, most telling first.
  let columns: [String]
  let rows: [Row]
  /// Further values are below the rows.
  let hasMore: Bool

  /// Columns that fit on a page.
  static let maximumColumns = 9

  /// Concepts that tell most of an irradiation event or a finding, in the order of columns.
  private static let telling: [CodedConcept] = [
    CodedConcept("112039", "DCM", "Tracking Identifier"), CodedConcept("111526", "DCM", "DateTime Started"),
    CodedConcept("125203", "DCM", "Acquisition Protocol"), CodedConcept("113764", "DCM", "Acquisition Plane"),
    CodedConcept("113721", "DCM", "Irradiation Event Type"), CodedConcept("113820", "DCM", "CT Acquisition Type"),
    CodedConcept("123014", "DCM", "Target Region"), CodedConcept("121071", "DCM", "Finding"),
    CodedConcept("363698007", "SCT", "Finding Site"),
    CodedConcept("113830", "DCM", "Mean CTDIvol"), CodedConcept("113838", "DCM", "DLP"),
    CodedConcept("122130", "DCM", "Dose Area Product"), CodedConcept("113738", "DCM", "Dose (RP)"),
    CodedConcept("113733", "DCM", "KVP"), CodedConcept("113734", "DCM", "X-Ray Tube Current"),
    CodedConcept("113824", "DCM", "Exposure Time"), CodedConcept("113736", "DCM", "Exposure"),
    CodedConcept("113742", "DCM", "Irradiation Duration"), CodedConcept("113768", "DCM", "Number of Pulses"),
    CodedConcept("113825", "DCM", "Scanning Length"),
  ]

  /// A table of siblings; nil where they have no values to compare.
  init?(_ siblings: [(item: ContentItem, position: [Int])]) {
    guard siblings.count > 1 else { return nil }
    var order: [String] = []
    var concepts: [String: CodedConcept] = [:]
    var rows: [Row] = []
    for sibling in siblings {
      var cells: [String: [ContentItem]] = [:]
      for leaf in Self.leaves(sibling.item) {
        let label = ContentText.label(leaf)
        if concepts[label] == nil { order.append(label) }
        concepts[label] = leaf.concept ?? CodedConcept("", "", label)
        cells[label, default: []].append(leaf)
      }
      rows.append(Row(item: sibling.item, position: sibling.position, cells: cells.mapValues { Cell(items: $0) }))
    }
    guard rows.contains(where: { row in row.cells.values.contains { $0.items.contains { $0.number != nil } } }) else {
      return nil
    }
    let shown = order.filter { label in
      !rows.allSatisfy { $0.cells[label]?.items.allSatisfy { $0.uid != nil } ?? true }
    }
    let same = Set(shown.filter { Self.isSame($0, rows) })
    let differing = shown.filter { !same.contains($0) }
    let (dense, sparse) = Self.split(differing, rows)
    if !sparse.isEmpty { rows = rows.map { Self.folding(sparse, $0) } }
    let rank = Dictionary(Self.telling.enumerated().map { ($1, $0) }) { first, _ in first }
    let ranked = dense.enumerated().sorted { left, right in
      let a = concepts[left.element].flatMap { rank[$0] } ?? Self.telling.count
      let b = concepts[right.element].flatMap { rank[$0] } ?? Self.telling.count
      return a == b ? left.offset < right.offset : a < b
    }.map(\.element)
    self.rows = rows
    columns = Array(ranked.prefix(Self.maximumColumns)) + (sparse.isEmpty ? [] : [Self.mixedLabel])
    common = order.filter { same.contains($0) }.compactMap { label in rows[0].cells[label].map { (label, $0) } }
    hasMore = ranked.count > Self.maximumColumns || shown.count < order.count
  }

  private static let mixedLabel = "Measurements"

  /// Columns of numbers that most rows leave empty; where there are several they are better one column.
  private static func split(_ labels: [String], _ rows: [Row]) -> (dense: [String], sparse: [String]) {
    let sparse = labels.filter { label in
      let cells = rows.compactMap { $0.cells[label] }
      return cells.count * 2 <= rows.count && cells.allSatisfy { $0.items.allSatisfy { $0.number != nil } }
    }
    guard sparse.count > 2, !labels.contains(mixedLabel) else { return (labels, []) }
    return (labels.filter { !sparse.contains($0) }, sparse)
  }

  private static func folding(_ labels: [String], _ row: Row) -> Row {
    var cells = row.cells
    let items = labels.flatMap { row.cells[$0]?.items ?? [] }
    if !items.isEmpty { cells[mixedLabel] = Cell(items: items, isMixed: true) }
    return Row(item: row.item, position: row.position, cells: cells)
  }

  private static func isSame(_ label: String, _ rows: [Row]) -> Bool {
    guard let first = rows[0].cells[label]?.items.map(ContentText.value) else { return false }
    if rows[0].cells[label]?.items.contains(where: { $0.concept?.value == "112039" }) == true { return false }
    return rows.allSatisfy { $0.cells[label]?.items.map(ContentText.value) == first }
  }

  /// The items with values, containers inside opened, without what modifies values.
  private static func leaves(_ item: ContentItem) -> [ContentItem] {
    item.children.flatMap { child in
      if case .container = child.value { return leaves(child) }
      return [child]
    }
  }
}
