// SPDX-License-Identifier: Apache-2.0

import DICOMCore
import DICOMDictionary

extension Validation {
  /// Checks a data set or item, and the items below it.
  /// - Parameter isKnown: false where no module says what may stand here.
  mutating func walk(_ dataSet: DataSet, _ uses: [Use], isKnown: Bool) {
    let parent = steps.last?.tag
    // The functional group macros of one item are checked together, over all frames.
    let isFunctionalGroup = parent == .sharedFunctionalGroupsSequence || parent == .perFrameFunctionalGroupsSequence
    if !isFunctionalGroup {
      for use in uses { checkTypes(dataSet, use, parent) }
    }
    let characterSet = dataSet.characterSet
    for element in dataSet.elements {
      let isListed = uses.contains { levels.attribute(element.tag, $0.level) != nil }
      checkElement(element, dataSet, characterSet: characterSet)
      if !isListed {
        if isKnown, parent != .directoryRecordSequence { checkExtension(element) }
      } else {
        for use in uses where levels.attribute(element.tag, use.level) != nil {
          checkTerms(element, dataSet, use, parent)
        }
      }
      guard let items = element.items, steps.count < options.depth else { continue }
      let below = uses.compactMap { use -> Use? in
        guard let record = levels.attribute(element.tag, use.level), record.below > 0 else { return nil }
        return Use(module: use.module, level: record.below)
      }
      checkItemCount(element, items.count, uses, parent)
      for (index, item) in items.enumerated() {
        steps.append(Step(tag: element.tag, item: index))
        walk(item, below, isKnown: !below.isEmpty)
        checkItem(item, in: element.tag)
        steps.removeLast()
      }
    }
  }

  /// Attributes that the module requires here.
  private mutating func checkTypes(_ dataSet: DataSet, _ use: Use, _ parent: Tag?) {
    for record in levels.attributes(use.level) {
      switch record.type {
      case .optional, .unspecified: continue
      default: break
      }
      for tag in members(record.tag, dataSet) {
        checkType(record, tag, dataSet, use, parent)
      }
    }
  }

  /// The members of a repeating group that the data set has; other attributes stand for themselves.
  private func members(_ tag: Tag, _ dataSet: DataSet) -> [Tag] {
    guard tag.group == 0x6000 || tag.group == 0x5000 else { return [tag] }
    var groups: [UInt16] = []
    for element in dataSet.elements where ModuleLevels.folded(element.tag).group == tag.group {
      if groups.last != element.tag.group, !element.tag.isGroupLength { groups.append(element.tag.group) }
    }
    return groups.map { Tag($0, tag.element) }
  }

  private mutating func checkType(
    _ record: ModuleLevels.Record, _ tag: Tag, _ dataSet: DataSet, _ use: Use, _ parent: Tag?
  ) {
    let element = dataSet[tag]
    let isAbsent = element == nil
    let isEmpty = element?.isEmpty ?? true
    let name = Self.label(tag)
    switch record.type {
    case .required, .requiredMayBeEmpty:
      if isAbsent {
        report(
          .missingAttribute, .error, tag, module: use.module,
          "\(name) is absent; the \(use.module.name) Module has it as type \(record.type.name).")
      } else if isEmpty, record.type == .required {
        report(
          .emptyAttribute, .error, tag, module: use.module,
          "\(name) has no value; the \(use.module.name) Module has it as type 1.")
      }
    case .requiredConditionally, .mayBeEmptyConditionally:
      checkConditions(record, element, tag, dataSet, use, parent)
    case .optional, .unspecified: break
    }
  }

  private mutating func checkConditions(
    _ record: ModuleLevels.Record, _ element: DataElement?, _ tag: Tag, _ dataSet: DataSet, _ use: Use, _ parent: Tag?
  ) {
    let name = Self.label(tag)
    if let element, element.isEmpty, record.type == .requiredConditionally {
      report(
        .emptyAttribute, .error, tag, module: use.module,
        "\(name) has no value; the \(use.module.name) Module has it as type 1C, which may be absent but not empty.")
    }
    if let element, element.isEmpty, tag == .laterality {
      report(
        .emptyAttribute, .warning, tag, module: use.module,
        "Laterality has no value, which is allowed only where it is unknown; absent is right for what is no pair."
      )
    }
    for rule in rules.conditions(record.tag, module: use.module.key, parent: parent) {
      let isMet = rule.condition.isMet(dataSet, context)
      if isMet, element == nil, rule.effect != .allowed {
        report(
          .missingConditionalAttribute, rule.effect == .probablyRequired ? .note : .error, tag, module: use.module,
          "\(name) is absent; the \(use.module.name) Module requires it where \(rule.words).")
      } else if !isMet, element != nil, rule.effect == .allowed || rule.effect == .requiredElseAbsent {
        report(
          .unexpectedAttribute, .error, tag, module: use.module,
          "\(name) shall only be present where \(rule.words).")
      }
    }
  }

  /// An attribute of the standard that no module of the object lists.
  private mutating func checkExtension(_ element: DataElement) {
    let tag = element.tag
    guard !tag.isPrivate, !tag.isGroupLength, !Self.isAllowedEverywhere(tag) else { return }
    guard DataDictionary.vr(for: tag) != nil else { return }
    report(
      .attributeNotInIOD, .warning, tag, clause: "PS3.2 7.3",
      "\(Self.label(tag)) belongs to no module that the object has at this place.")
  }

  /// Attributes that any data set may hold (PS3.5 §7.5.3, §7.8, PS3.3 §C.12.1.1.3, PS3.10).
  private static func isAllowedEverywhere(_ tag: Tag) -> Bool {
    switch tag {
    case Tag(0x0008, 0x0005), Tag(0xFFFC, 0xFFFC), Tag(0xFFFA, 0xFFFA), Tag(0x4FFE, 0x0001): true
    default: false
    }
  }

  private mutating func checkTerms(_ element: DataElement, _ dataSet: DataSet, _ use: Use, _ parent: Tag?) {
    if element.tag == .bodyPartExamined, let part = dataSet.string(element.tag), part.contains(" ") {
      report(
        .definedTerm, .warning, element.tag, clause: "PS3.16 L",
        "\(quoted(part.utf8)) is no term: none of them has a space.")
    }
    let found = rules.terms(ModuleLevels.folded(element.tag), module: use.module.key, parent: parent)
    guard !found.isEmpty, let values = dataSet.strings(element.tag) else { return }
    for rule in found {
      if let condition = rule.condition, !condition.isMet(dataSet, context) { continue }
      for (index, value) in values.enumerated() where rule.index == nil || rule.index == index {
        if value.isEmpty && rule.index == nil || rule.terms.contains(value) { continue }
        report(
          rule.isEnumerated ? .enumeratedValue : .definedTerm, rule.isEnumerated ? .error : .warning, element.tag,
          module: use.module,
          "\(quoted(value.utf8)) is none of the \(rule.isEnumerated ? "enumerated values" : "defined terms") of "
            + "\(Self.label(element.tag)): \(rule.terms.joined(separator: ", ")).")
        break
      }
    }
  }
}
