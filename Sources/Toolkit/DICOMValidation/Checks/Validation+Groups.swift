// SPDX-License-Identifier: Apache-2.0

import DICOMCore
import DICOMDictionary

extension Validation {
  /// Functional group macros of enhanced objects (PS3.3 §C.7.6.16): at the right level, at one level, and all that are
  /// required.
  mutating func checkFunctionalGroups(_ definition: IODDefinition) {
    guard !definition.groups.isEmpty else { return }
    let frames = root.items(.perFrameFunctionalGroupsSequence)
    let count = root.integer(.numberOfFrames) ?? 1
    if root[.perFrameFunctionalGroupsSequence] != nil, count != frames.count {
      report(
        .itemCount, .error, .perFrameFunctionalGroupsSequence, clause: "PS3.3 C.7.6.16",
        "PerFrameFunctionalGroupsSequence has \(frames.count) items; NumberOfFrames is \(count).")
    }
    guard let shared = root[.sharedFunctionalGroupsSequence]?.items?.first else { return }
    for group in definition.groups {
      let isShared = shared[group.tag] != nil
      if isShared, !group.mayBeShared {
        at(.sharedFunctionalGroupsSequence, 0) {
          $0.report(
            .functionalGroup, .error, group.tag, clause: "PS3.3 C.7.6.16.2",
            "The \(group.name) functional group may not be shared by all frames.")
        }
      }
      checkRequired(group, isShared: isShared, frames)
      for (index, frame) in frames.enumerated() where frame[group.tag] != nil {
        guard isShared || !group.mayBePerFrame else { continue }
        at(.perFrameFunctionalGroupsSequence, index) {
          $0.report(
            .functionalGroup, .error, group.tag, clause: "PS3.3 C.7.6.16.1.1",
            isShared
              ? "The \(group.name) functional group stands both in the shared groups and in those of a frame."
              : "The \(group.name) functional group may not differ from frame to frame.")
        }
      }
    }
  }

  private mutating func checkRequired(_ group: IODDefinition.GroupUse, isShared: Bool, _ frames: [DataSet]) {
    let isRequired: Bool
    switch group.usage {
    case .mandatory: isRequired = true
    case .conditional: isRequired = group.condition?.isMet(root, context) ?? false
    case .user: isRequired = false
    }
    if isShared { return }
    let isUsed = frames.contains { $0[group.tag] != nil }
    guard isRequired || isUsed else { return }
    for (index, frame) in frames.enumerated() where frame[group.tag] == nil {
      at(.perFrameFunctionalGroupsSequence, index) {
        $0.report(
          isRequired ? .missingAttribute : .functionalGroup, .error, group.tag, clause: "PS3.3 C.7.6.16",
          isRequired
            ? "The \(group.name) functional group is required and stands neither here nor in the shared groups."
            : "The \(group.name) functional group stands in other frames but not in this one.")
      }
    }
  }

  /// Runs `body` as if the run were in an item.
  mutating func at(_ tag: Tag, _ item: Int, _ body: (inout Validation) -> Void) {
    steps.append(Step(tag: tag, item: item))
    body(&self)
    steps.removeLast()
  }
}
