// SPDX-License-Identifier: Apache-2.0

import DICOMCore
import DICOMDictionary

/// What conditions may ask about the object as a whole.
struct ConditionContext {
  let root: DataSet
  /// Keys of the mandatory modules of the information object definition.
  let modules: Set<String>
  /// The sequences of functional groups that stand in the shared groups or in those of any frame.
  let groups: Set<Tag>

  init(_ root: DataSet, _ definition: IODDefinition?) {
    self.root = root
    modules = Set(definition?.modules.filter { $0.usage == .mandatory }.map(\.module.key) ?? [])
    var groups: Set<Tag> = []
    for sequence in [Tag.sharedFunctionalGroupsSequence, .perFrameFunctionalGroupsSequence] {
      for item in root.items(sequence) {
        for element in item.elements { groups.insert(element.tag) }
      }
    }
    self.groups = groups
  }
}
