// SPDX-License-Identifier: Apache-2.0

import DICOMCore

/// A module of PS3.3 Annex C.
struct Module: Sendable {
  let key: String
  let name: String
  /// The level at its root in `ModuleLevels`.
  let level: Int
  /// Part and section of the standard.
  let clause: String

  /// All modules by key.
  static let all: [String: Module] = {
    var result: [String: Module] = [:]
    for line in StandardText.lines(ModuleTable.modules) {
      let fields = line.split(separator: "|", omittingEmptySubsequences: false)
      let clause = fields[3].isEmpty ? "PS3.3 Annex C, \(fields[1]) Module" : "PS3.3 \(fields[3])"
      result[String(fields[0])] = Module(
        key: String(fields[0]), name: String(fields[1]), level: Int(fields[2], radix: 16) ?? 0, clause: clause)
    }
    return result
  }()
}

/// Usage of a module or functional group in an information object definition (PS3.3 §A.1.3).
enum Usage: String, Sendable {
  case mandatory = "M"
  case conditional = "C"
  case user = "U"
}

/// The modules of an information object definition (PS3.3 Annex A).
struct IODDefinition: Sendable {
  struct ModuleUse: Sendable {
    let module: Module
    let usage: Usage
    /// Where the tables state it in checkable form.
    let condition: ConditionExpression?
  }

  /// A functional group macro (PS3.3 §C.7.6.16).
  struct GroupUse: Sendable {
    /// The sequence that carries it.
    let tag: Tag
    let name: String
    let usage: Usage
    let mayBeShared: Bool
    let mayBePerFrame: Bool
    let condition: ConditionExpression?
  }

  let key: String
  let name: String
  let modules: [ModuleUse]
  let groups: [GroupUse]

  /// The definition with this key, such as `ct-image`.
  init?(key: String) {
    guard let fields = StandardText.definitions.fields(key), fields.count == 2 else { return nil }
    self.key = key
    name = fields[0]
    modules = fields[1].split(separator: ";").compactMap { entry in
      let parts = entry.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false)
      guard parts.count == 3, let module = Module.all[String(parts[0])], let usage = Usage(rawValue: String(parts[1]))
      else { return nil }
      return ModuleUse(module: module, usage: usage, condition: ConditionExpression(parts[2]))
    }
    let groups = StandardText.functionalGroups.fields(key)?.first ?? ""
    self.groups = groups.split(separator: ";").compactMap { entry in
      let parts = entry.split(separator: ":", maxSplits: 4, omittingEmptySubsequences: false)
      guard parts.count == 5, let tag = Tag(hexadecimal: parts[0]), let usage = Usage(rawValue: String(parts[2]))
      else { return nil }
      return GroupUse(
        tag: tag, name: String(parts[1]), usage: usage, mayBeShared: parts[3] != "P", mayBePerFrame: parts[3] != "S",
        condition: ConditionExpression(parts[4]))
    }
  }
}
