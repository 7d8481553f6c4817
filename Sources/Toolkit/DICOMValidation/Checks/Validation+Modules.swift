// SPDX-License-Identifier: Apache-2.0

import DICOMCore
import DICOMDictionary

extension Validation {
  /// The modules that the object has: mandatory ones, conditional ones whose condition is met, and others where one of
  /// their own attributes is there (PS3.3 §A.1.3).
  func presentModules(_ definition: IODDefinition) -> [Use] {
    let owners = modulesWithOwnAttributes(definition)
    return definition.modules.enumerated().compactMap { position, use in
      let isRequired: Bool
      switch use.usage {
      case .mandatory: isRequired = true
      case .conditional: isRequired = use.condition?.isMet(root, context) ?? false
      case .user: isRequired = false
      }
      guard isRequired || owners.contains(position) else { return nil }
      return Use(module: use.module, level: use.module.level)
    }
  }

  /// Positions of the modules of which an attribute is there that no other module of the definition has.
  private func modulesWithOwnAttributes(_ definition: IODDefinition) -> Set<Int> {
    var result: Set<Int> = []
    for element in root.elements {
      var owner: Int?
      var isShared = false
      for (position, use) in definition.modules.enumerated()
      where levels.attribute(element.tag, use.module.level) != nil {
        isShared = owner != nil
        owner = position
        if isShared { break }
      }
      if let owner, !isShared { result.insert(owner) }
    }
    return result
  }
}
