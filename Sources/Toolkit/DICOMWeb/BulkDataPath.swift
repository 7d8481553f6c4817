// SPDX-License-Identifier: Apache-2.0

import DICOMCore

/// Where a bulk data value stands in its data set: tags with the numbers of the items between them,
/// `00400555/1/7FE00010` (the addresses behind BulkDataURI are the server's own, PS3.18 §10.4.1.5).
public struct BulkDataPath: Hashable, Sendable {
  /// A sequence and one of its items, counted from 1.
  public struct Step: Hashable, Sendable {
    public var sequence: Tag
    public var item: Int

    public init(sequence: Tag, item: Int) {
      self.sequence = sequence
      self.item = item
    }
  }

  static let maximumDepth = 32

  public var steps: [Step]
  public var tag: Tag

  public init(steps: [Step] = [], tag: Tag) {
    self.steps = steps
    self.tag = tag
  }

  /// Parses the components behind `/bulkdata/`.
  public init(parsing text: some StringProtocol) throws(WebError) {
    let parts = text.split(separator: "/", omittingEmptySubsequences: false)
    let malformed = WebError(.malformed, "Bulk data is named by tags and item numbers.", at: "path")
    guard parts.count % 2 == 1, parts.count / 2 <= Self.maximumDepth, let tag = Tag(hexadecimal: parts[parts.count - 1])
    else { throw malformed }
    steps = []
    for index in stride(from: 0, to: parts.count - 1, by: 2) {
      guard let sequence = Tag(hexadecimal: parts[index]), let item = Int(parts[index + 1]), item > 0 else {
        throw malformed
      }
      steps.append(Step(sequence: sequence, item: item))
    }
    self.tag = tag
  }

  /// The text that `init(parsing:)` reads.
  public var text: String {
    steps.map { "\($0.sequence.hexadecimal)/\($0.item)/" }.joined() + tag.hexadecimal
  }

  /// The element in a data set; nil where there is none.
  public func element(in dataSet: DataSet) -> DataElement? {
    var current = dataSet
    for step in steps {
      let items = current.items(step.sequence)
      guard step.item <= items.count else { return nil }
      current = items[step.item - 1]
    }
    return current[tag]
  }
}
