// SPDX-License-Identifier: Apache-2.0

import DICOMCore
import DICOMDictionary
import DICOMFile

/// Compares two data sets, without recursion.
struct DataSetComparison {
  typealias Difference = ComparisonReport.Difference

  /// Characters of a value that a difference shows.
  private static let shownLength = 64

  /// Two data sets that stand at the same place.
  private struct Level {
    let first: DataSet
    let second: DataSet
    let path: [AttributePath.Step]
  }

  private(set) var differences: [Difference] = []
  private let options: CompareOptions
  private var open: [Level] = []

  init(_ options: CompareOptions) { self.options = options }

  mutating func compare(_ first: DataSet, _ second: DataSet) {
    open = [Level(first: first, second: second, path: [])]
    while let level = open.popLast() {
      // What is found below an element must stand behind what was found before it.
      let start = open.count
      compare(level)
      open[start...].reverse()
    }
  }

  private mutating func compare(_ level: Level) {
    let left = named(level.first, level.path)
    let right = named(level.second, level.path)
    let others = Dictionary(right, uniquingKeysWith: { first, _ in first })
    let mine = Set(left.map(\.0))
    for (attribute, element) in left {
      if let other = others[attribute] {
        compare(attribute, element, other, level)
      } else {
        note(.onlyInFirst, attribute, level.path, first: Self.shown(element, in: level.first))
      }
    }
    for (attribute, element) in right where !mine.contains(attribute) {
      note(.onlyInSecond, attribute, level.path, second: Self.shown(element, in: level.second))
    }
  }

  /// Elements that are compared, private ones under their creators.
  private func named(
    _ dataSet: DataSet, _ path: [AttributePath.Step]
  ) -> [(AttributePath.Attribute, DataElement)] {
    dataSet.elements.compactMap { element in
      let tag = element.tag
      if tag.isGroupLength || (options.ignoresPrivate && tag.isPrivate) { return nil }
      if options.comparesPixels, path.isEmpty, PixelComparison.tags.contains(tag) { return nil }
      var attribute = AttributePath.Attribute.tag(tag)
      if let creator = dataSet.privateCreator(of: tag) {
        attribute = .inPrivateBlock(
          group: tag.group, creator: creator, element: UInt8(truncatingIfNeeded: tag.element))
      } else if tag.isPrivateCreator, let creator = dataSet.string(tag) {
        // The number of the block means nothing.
        attribute = .inPrivateBlock(group: tag.group, creator: "block of \(creator)", element: 0)
      }
      // Padding at the end, and the character set that texts are compared across.
      if tag == .dataSetTrailingPadding || tag == .specificCharacterSet { return nil }
      return options.ignores(attribute, below: path) || options.ignores(.tag(tag), below: path)
        ? nil : (attribute, element)
    }
  }

  private mutating func compare(
    _ attribute: AttributePath.Attribute, _ first: DataElement, _ second: DataElement, _ level: Level
  ) {
    if attribute != .tag(first.tag), first.tag.isPrivateCreator { return }
    if let left = first.items, let right = second.items {
      if left.count != right.count {
        note(.items, attribute, level.path, first: "\(left.count) items", second: "\(right.count) items")
      }
      for (index, pair) in zip(left, right).enumerated() {
        let step = AttributePath.Step(attribute, item: .number(index))
        open.append(Level(first: pair.0, second: pair.1, path: level.path + [step]))
      }
      return
    }
    if first.isEmpty, second.isEmpty { return }
    if first.vr != second.vr, !options.ignoresVR {
      note(.vr, attribute, level.path, first: first.vr.name, second: second.vr.name)
    }
    guard !ValueComparison.isEqual(first, level.first, second, level.second) else { return }
    note(
      .value, attribute, level.path, first: Self.shown(first, in: level.first),
      second: Self.shown(second, in: level.second))
  }

  private mutating func note(
    _ kind: Difference.Kind, _ attribute: AttributePath.Attribute, _ path: [AttributePath.Step], first: String? = nil,
    second: String? = nil
  ) {
    // Paths of real objects are far shorter than the longest one.
    let steps = (path + [AttributePath.Step(attribute)]).suffix(AttributePath.maximumDepth)
    differences.append(
      Difference(kind: kind, path: AttributePath(Array(steps)).keywords, first: first, second: second))
  }

  private static func shown(_ element: DataElement, in dataSet: DataSet) -> String {
    let text = ValueText.of(element, in: dataSet)
    return text.count > shownLength ? text.prefix(shownLength) + "…" : text
  }
}
