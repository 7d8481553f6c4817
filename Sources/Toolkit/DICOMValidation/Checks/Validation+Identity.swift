// SPDX-License-Identifier: Apache-2.0

import DICOMCore
import DICOMDictionary

extension Validation {
  /// One UID does not identify two different things (PS3.5 §9).
  mutating func checkUIDs() {
    let tags: [Tag] = [.sopInstanceUID, .seriesInstanceUID, .studyInstanceUID, .frameOfReferenceUID]
    for (index, tag) in tags.enumerated() {
      guard let uid = root.uid(tag) else { continue }
      for other in tags[(index + 1)...] where root.uid(other) == uid {
        // The wider of two levels is the one that is probably right.
        let reported = other == .frameOfReferenceUID ? tag : other == tag ? other : tag
        report(
          .uid, .error, reported, clause: "PS3.5 9",
          "\(Self.label(tag)) and \(Self.label(other)) are the same UID, \(uid).")
      }
    }
  }

  /// The list of referenced instances (PS3.3 §C.12.2) belongs to references.
  mutating func checkReferenceList() {
    guard root[.referencedSeriesSequence] != nil,
      definition?.modules.contains(where: {
        $0.module.key == "common-instance-reference"
      }) == true
    else { return }
    let isUsed = root.elements.contains { element in
      element.tag != .referencedSeriesSequence && element.tag != .studiesContainingOtherReferencedInstancesSequence
        && Self.hasReference(element, depth: options.depth)
    }
    if !isUsed {
      report(
        .inconsistentValues, .error, .referencedSeriesSequence, clause: "PS3.3 C.12.2",
        "ReferencedSeriesSequence lists instances that nothing in the object refers to.")
    }
  }

  private static func hasReference(_ element: DataElement, depth: Int) -> Bool {
    guard depth > 0, let items = element.items else { return false }
    return items.contains { item in
      item[.referencedSOPInstanceUID] != nil || item.elements.contains { hasReference($0, depth: depth - 1) }
    }
  }

  /// Instances that the content of an SR document refers to stand in its lists of evidence (PS3.3 §C.17.2.2).
  mutating func checkReferences(_ definition: IODDefinition) {
    guard definition.modules.contains(where: { $0.module.key == "sr-document-content" }) else { return }
    var listed: Set<String> = []
    for list in [Tag.currentRequestedProcedureEvidenceSequence, .pertinentOtherEvidenceSequence] {
      for study in root.items(list) {
        for series in study.items(.referencedSeriesSequence) {
          for instance in series.items(.referencedSOPSequence) {
            if let uid = instance.string(.referencedSOPInstanceUID) { listed.insert(uid) }
          }
        }
      }
    }
    checkContentReferences(root, listed)
  }

  private mutating func checkContentReferences(_ item: DataSet, _ listed: Set<String>) {
    let type = item.string(.valueType) ?? ""
    if ["IMAGE", "COMPOSITE", "WAVEFORM"].contains(type) {
      for (index, reference) in item.items(.referencedSOPSequence).enumerated() {
        at(.referencedSOPSequence, index) { $0.checkListed(reference, listed, type) }
      }
    }
    guard steps.count < options.depth else { return }
    for (index, child) in item.items(.contentSequence).enumerated() {
      at(.contentSequence, index) { $0.checkContentReferences(child, listed) }
    }
  }

  private mutating func checkListed(_ reference: DataSet, _ listed: Set<String>, _ type: String) {
    if let uid = reference.string(.referencedSOPInstanceUID), !listed.contains(uid) {
      report(
        .unlistedReference, .error, .referencedSOPInstanceUID, clause: "PS3.3 C.17.2.2",
        "The instance of this \(type) content item is in neither list of evidence.")
    }
    for (index, state) in reference.items(.referencedSOPSequence).enumerated() {
      at(.referencedSOPSequence, index) { $0.checkListed(state, listed, "presentation state") }
    }
  }
}
