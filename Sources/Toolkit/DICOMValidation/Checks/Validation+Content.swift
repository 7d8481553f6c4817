// SPDX-License-Identifier: Apache-2.0

import DICOMCore
import DICOMDictionary

extension Validation {
  /// The relationships of PS3.3 §C.17.3.2.4; others are reported as no enumerated value.
  private static let relationships: Set<String> = [
    "CONTAINS", "HAS PROPERTIES", "HAS OBS CONTEXT", "HAS ACQ CONTEXT", "INFERRED FROM", "SELECTED FROM",
    "HAS CONCEPT MOD",
  ]

  /// Whether the content items of a document stand in relationships that its SOP class allows (PS3.3 §A.35).
  /// SOP classes without a table are not checked, nor are value types that its table does not know.
  mutating func checkContent() {
    guard let sopClass, root[.contentSequence] != nil,
      let allowed = StandardText.relationships.fields(sopClass.rawValue)?.first
    else { return }
    var targets: [String: Set<String>] = [:]
    var known: Set<String> = []
    for entry in allowed.split(separator: ";") {
      let parts = entry.split(separator: ">")
      guard parts.count == 3 else { continue }
      let values = parts[2].split(separator: ",").map(String.init)
      targets["\(parts[0])>\(parts[1])"] = Set(values)
      known.insert(String(parts[0]))
      known.formUnion(values)
    }
    checkContent(of: root, targets, known)
  }

  private mutating func checkContent(of item: DataSet, _ targets: [String: Set<String>], _ known: Set<String>) {
    guard steps.count < options.depth, let source = item.string(.valueType) else { return }
    for (index, child) in item.items(.contentSequence).enumerated() {
      at(.contentSequence, index) {
        $0.checkRelationship(source, child, targets, known)
        $0.checkContent(of: child, targets, known)
      }
    }
  }

  private mutating func checkRelationship(
    _ source: String, _ child: DataSet, _ targets: [String: Set<String>], _ known: Set<String>
  ) {
    guard let relationship = child.string(.relationshipType), let target = child.string(.valueType),
      known.contains(source), known.contains(target), Self.relationships.contains(relationship),
      targets["\(source)>\(relationship)"]?.contains(target) != true
    else { return }
    report(
      .contentRelationship, .error, .relationshipType, clause: "PS3.3 A.35",
      "\(source) \(relationship) \(target) is no relationship that the SOP class of the document allows.")
  }
}
