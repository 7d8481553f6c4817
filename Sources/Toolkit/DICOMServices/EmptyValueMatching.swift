// SPDX-License-Identifier: Apache-2.0

import DICOMCore

/// Attributes that must have no value (empty value matching, PS3.4 §C.2.2.2.7).
public struct EmptyValueMatching: Sendable, Hashable {
  /// What asks for it: two quotation marks.
  public static let value = "\"\""

  private var paths: [[Tag]] = []

  public init() {}

  /// Takes the keys that ask for it out of matching; their values are wanted in the answers still.
  public init(taking keys: inout DataSet) {
    take(from: &keys, below: [])
  }

  public var isEmpty: Bool { paths.isEmpty }

  /// Asks for an attribute without a value.
  /// - Parameter path: the tags of the sequences that it stands in, and last its own.
  public mutating func add(_ path: [Tag]) { paths.append(path) }

  /// Whether an answer has no value where there must be none.
  public func matches(_ answer: DataSet) -> Bool {
    paths.allSatisfy { Self.isEmpty($0[...], in: answer) }
  }

  private mutating func take(from keys: inout DataSet, below path: [Tag]) {
    for element in keys.elements {
      if let item = element.items?.first {
        var inner = item
        take(from: &inner, below: path + [element.tag])
        if inner != item { keys.set(element.tag, items: [inner]) }
      } else if keys.string(element.tag) == Self.value {
        paths.append(path + [element.tag])
        keys.set(DataElement(tag: element.tag, vr: element.vr, value: .bytes(.empty)))
      }
    }
  }

  private static func isEmpty(_ path: ArraySlice<Tag>, in dataSet: DataSet) -> Bool {
    guard let tag = path.first else { return true }
    guard path.count > 1 else {
      guard let element = dataSet[tag] else { return true }
      return element.items?.isEmpty ?? (element.bytes?.isEmpty ?? true)
    }
    return dataSet.items(tag).allSatisfy { isEmpty(path.dropFirst(), in: $0) }
  }
}
