// SPDX-License-Identifier: Apache-2.0

import DICOMCore
import DICOMDictionary

extension Validation {
  /// The modules that the object has: mandatory ones, conditional ones whose condition is met, and others where one of
  /// their own attributes is there (PS3.3 §A.1.3).
  func presentModules(_ definition: IODDefinition) -> [Use] {
    var uses: [Use] = []
    for use in definition.modules {
      let isRequired: Bool
      switch use.usage {
      case .mandatory: isRequired = true
      case .conditional: isRequired = use.condition?.isMet(root, context) ?? false
      case .user: isRequired = false
      }
      if isRequired || hasOwnAttribute(use.module, definition) {
        uses.append(Use(module: use.module, level: use.module.level))
      }
    }
    return uses
  }

  /// Whether an attribute is there that this module has and no other module of the object.
  private func hasOwnAttribute(_ module: Module, _ definition: IODDefinition) -> Bool {
    root.elements.contains { element in
      guard levels.attribute(element.tag, module.level) != nil else { return false }
      return !definition.modules.contains {
        $0.module.key != module.key && levels.attribute(element.tag, $0.module.level) != nil
      }
    }
  }
}
