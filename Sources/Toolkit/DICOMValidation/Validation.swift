// SPDX-License-Identifier: Apache-2.0

import DICOMCore
import DICOMDictionary

/// One run over one object.
struct Validation {
  /// A module as it applies to the data set or item at hand.
  struct Use {
    let module: Module
    /// The level of `ModuleLevels` that lists the attributes.
    let level: Int
  }

  /// An item on the way from the root to where the run is.
  struct Step {
    let tag: Tag
    let item: Int
  }

  let root: DataSet
  let sopClass: UID?
  let options: ValidationOptions
  /// Of the file that holds the data set, where it is in one.
  var transferSyntax: TransferSyntax?
  var findings: [ValidationFinding] = []
  var steps: [Step] = []
  let definition: IODDefinition?
  let context: ConditionContext
  let levels = ModuleLevels.standard
  let rules = AttributeRules.standard

  init(root: DataSet, sopClass: UID?, options: ValidationOptions) {
    self.root = root
    self.sopClass = sopClass
    self.options = options
    let key = sopClass.flatMap { UIDDictionary.entry(for: $0)?.iodKey }
    definition = key.flatMap { IODDefinition(key: $0) }
    context = ConditionContext(root, definition)
  }

  mutating func run() {
    guard let definition else {
      checkUnknownSOPClass()
      walk(root, [], isKnown: false)
      return
    }
    let uses = presentModules(definition)
    walk(root, uses, isKnown: true)
    checkFunctionalGroups(definition)
    checkDirectoryNeeds(definition)
    checkImage(uses)
    checkNumbers(uses)
    checkUIDs()
    checkReferences(definition)
    checkReferenceList()
    checkContent()
  }

  private mutating func checkUnknownSOPClass() {
    guard let sopClass else {
      report(.missingAttribute, .error, .sopClassUID, clause: "PS3.3 C.12.1", "The object does not say its SOP class.")
      return
    }
    let name = UIDDictionary.entry(for: sopClass)?.name ?? sopClass.rawValue
    report(
      .unknownSOPClass, .warning, .sopClassUID, clause: "PS3.4 B.5",
      "\(name) has no information object definition in the tables; its modules were not checked.")
  }

  /// Adds a finding about an attribute of the data set or item where the run is.
  mutating func report(
    _ kind: ValidationKind, _ severity: ValidationSeverity, _ tag: Tag?, module: Module? = nil, clause: String? = nil,
    _ text: String
  ) {
    guard severity >= options.minimumSeverity else { return }
    if findings.count >= options.findings {
      if findings.count == options.findings {
        findings.append(
          ValidationFinding(
            severity: .warning, kind: .limitExceeded, path: "", tag: nil, keyword: "", module: nil, clause: "",
            text: "There are more findings than the \(options.findings) that are kept."))
      }
      return
    }
    findings.append(
      ValidationFinding(
        severity: severity, kind: kind, path: path(tag), tag: tag, keyword: tag.map(Self.keyword) ?? "",
        module: module?.name, clause: clause ?? module?.clause ?? "", text: text))
  }

  /// The path of an attribute of the data set or item where the run is.
  func path(_ tag: Tag?) -> String {
    var parts = steps.map { "\(Self.label($0.tag))[\($0.item)]" }
    if let tag { parts.append(Self.label(tag)) }
    return parts.joined(separator: ".")
  }

  static func keyword(_ tag: Tag) -> String {
    tag.isPrivate || tag.isGroupLength && tag.group != 0x0002 ? "" : DataDictionary.entry(for: tag)?.keyword ?? ""
  }

  /// How an attribute is called in a path: repeating groups and private elements by their tags.
  static func label(_ tag: Tag) -> String {
    if tag.group >> 8 == 0x50 || tag.group >> 8 == 0x60 { return tag.description }
    let keyword = keyword(tag)
    return keyword.isEmpty ? tag.description : keyword
  }
}
