// SPDX-License-Identifier: Apache-2.0

/// Where an attribute stands in a data set: the sequences and items around it, then the attribute itself.
///
/// Written `SharedFunctionalGroupsSequence[0].PixelMeasuresSequence[0].PixelSpacing`, `(0008,1140)[0].(0008,1155)` or
/// `(0029,"SIEMENS CSA HEADER",10)`. Items count from 0, `[*]` is every item, and a sequence that is followed by
/// another step without saying which item means its first one. With an item at its end a path names that item.
public struct AttributePath: Hashable, Sendable {
  /// Sequences around an attribute at most; real objects stay below 20.
  public static let maximumDepth = 64

  /// An attribute of one data set.
  public enum Attribute: Hashable, Sendable {
    case tag(Tag)
    /// A private element by its creator: wherever the block of that creator is in the data set (PS3.5 §7.8.1).
    case inPrivateBlock(group: UInt16, creator: String, element: UInt8)
  }

  /// Items of a sequence.
  public enum Item: Hashable, Sendable {
    /// Counted from 0.
    case number(Int)
    case all
  }

  /// One part of a path.
  public struct Step: Hashable, Sendable {
    public var attribute: Attribute
    /// The items that are meant; nil for the attribute as a whole, or on the way to another step for the first item.
    public var item: Item?

    public init(_ attribute: Attribute, item: Item? = nil) {
      self.attribute = attribute
      self.item = item
    }

    public init(_ tag: Tag, item: Item? = nil) { self.init(.tag(tag), item: item) }
  }

  /// The steps from the root, one at least.
  public private(set) var steps: [Step]

  /// - Precondition: there is a step, and there are no more than `maximumDepth`.
  public init(_ steps: [Step]) {
    precondition(!steps.isEmpty && steps.count <= Self.maximumDepth)
    self.steps = steps
  }

  /// An attribute of the root.
  public init(_ tag: Tag) { steps = [Step(tag)] }

  /// The last step: the attribute or item that is meant.
  public var last: Step { steps[steps.count - 1] }

  /// The tags of all steps; nil where one of them is named by a private creator.
  public var tags: [Tag]? {
    var tags: [Tag] = []
    for step in steps {
      guard case .tag(let tag) = step.attribute else { return nil }
      tags.append(tag)
    }
    return tags
  }

  /// The first `count` steps, at least one.
  func prefix(_ count: Int) -> AttributePath { AttributePath(Array(steps.prefix(max(count, 1)))) }
}

extension AttributePath: CustomStringConvertible {
  /// The path in tags: `(0040,a730)[1].(0008,0100)`.
  public var description: String { steps.map(\.description).joined(separator: ".") }
}

extension AttributePath.Step: CustomStringConvertible {
  public var description: String {
    switch item {
    case nil: attribute.description
    case .number(let number): "\(attribute)[\(number)]"
    case .all: "\(attribute)[*]"
    }
  }
}

extension AttributePath.Attribute: CustomStringConvertible {
  public var description: String {
    switch self {
    case .tag(let tag): return tag.description
    case .inPrivateBlock(let group, let creator, let element):
      let tag = Tag(group, UInt16(element)).description
      return "(\(tag.dropFirst().prefix(4)),\"\(creator)\",\(tag.dropLast().suffix(2)))"
    }
  }
}
