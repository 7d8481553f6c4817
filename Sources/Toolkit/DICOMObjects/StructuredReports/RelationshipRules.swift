// SPDX-License-Identifier: Apache-2.0

import DICOMCore
import DICOMDictionary

/// Which value types may be related how, by SOP class (tables of relationship content constraints in PS3.3 §A.35).
public struct RelationshipRules: Sendable {
  private let permitted: [String: Set<String>]
  /// Whether items may be related by reference.
  public let allowsReferences: Bool

  /// The rules of an SR SOP class; nil where they are not known, and then nothing is checked.
  public init?(_ sopClass: UID) {
    let lines = SortedLines(text: RelationshipTable.lines).all("\(sopClass)|")
    guard !lines.isEmpty else { return nil }
    var permitted: [String: Set<String>] = [:]
    for fields in lines where fields.count == 4 {
      permitted["\(fields[1])|\(fields[2])"] = Set(fields[3].split(separator: ",").map(String.init))
    }
    self.permitted = permitted
    let byValueOnly: Set<UID> = [.basicTextSRStorage, .enhancedSRStorage, .keyObjectSelectionDocumentStorage]
    allowsReferences = !byValueOnly.contains(sopClass)
  }

  /// Whether a target may stand below a source.
  public func permits(_ source: String, _ relationship: Relationship, _ target: String) -> Bool {
    permitted["\(source)|\(relationship.rawValue)"]?.contains(target) ?? false
  }

  /// Checks a whole tree.
  /// - Throws: `notPermitted`, with the position of the item.
  public func check(_ root: ContentItem) throws(ObjectError) {
    try check(root, root: root, position: [1])
  }

  private func check(_ item: ContentItem, root: ContentItem, position: [Int]) throws(ObjectError) {
    for (index, child) in item.children.enumerated() {
      let place = position + [index + 1]
      let path = place.map { String($0) }.joined(separator: ".")
      guard let relationship = child.relationship else {
        throw ObjectError(.missing, "a content item needs a Relationship Type (0040,A010)", path: path)
      }
      var target = child.value.valueType
      if case .reference(let identifier) = child.value {
        guard allowsReferences else {
          throw ObjectError(.notPermitted, "this SOP class has no relationships by reference", path: path)
        }
        guard let referenced = root[identifier] else {
          throw ObjectError(.invalid, "the referenced item \(identifier) does not exist", path: path)
        }
        if position.starts(with: identifier) {
          throw ObjectError(.notPermitted, "an item cannot refer to one that encloses it", path: path)
        }
        target = referenced.value.valueType
      }
      guard permits(item.value.valueType, relationship, target) else {
        throw ObjectError(
          .notPermitted, "\(item.value.valueType) \(relationship.rawValue) \(target) is not permitted", path: path)
      }
      try check(child, root: root, position: place)
    }
  }
}
