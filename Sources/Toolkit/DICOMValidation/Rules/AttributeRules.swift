// SPDX-License-Identifier: Apache-2.0

import DICOMCore
import DICOMDictionary

/// Where a rule applies: in a module, at its root or in the items of a sequence.
struct RuleScope: Sendable {
  /// Key of a module; nil stands for all.
  let module: String?
  /// The sequence whose items hold the attribute; nil stands for the root.
  let parent: Tag?
  /// In the items of any sequence, and at the root.
  let isAnywhere: Bool

  /// Reads `module|parent`, where `*` is any module or place and `/` the root.
  init?(_ module: Substring, _ parent: Substring) {
    self.module = module == "*" ? nil : String(module)
    isAnywhere = parent == "*"
    if parent == "*" || parent == "/" {
      self.parent = nil
    } else {
      guard let tag = DataDictionary.tag(keyword: String(parent)) else { return nil }
      self.parent = tag
    }
  }

  func contains(module: String, parent: Tag?) -> Bool {
    (self.module == nil || self.module == module) && (isAnywhere || self.parent == parent)
  }
}

/// When an attribute of type 1C or 2C is required.
struct ConditionRule: Sendable {
  let scope: RuleScope
  let tag: Tag
  let condition: ConditionExpression
  /// What the condition means.
  let effect: Effect
  /// The condition in words; the expression where the table has none.
  let words: String

  enum Effect: String, Sendable {
    /// Required where it is met.
    case required = ""
    /// Required where it is met, forbidden elsewhere.
    case requiredElseAbsent = "else absent"
    /// Forbidden where it is not met.
    case allowed = "only then"
    /// Required where it is met, as far as the object tells.
    case probablyRequired = "note"
  }
}

/// The values that an attribute may have.
struct TermRule: Sendable {
  let scope: RuleScope
  let tag: Tag
  /// Which value, from 0; nil stands for each of them.
  let index: Int?
  /// Enumerated values are all that is allowed, defined terms may be extended (PS3.5 §7.4).
  let isEnumerated: Bool
  let terms: [String]
  let condition: ConditionExpression?
}

/// The hand-written rules of `ConditionTable` and `TermTable`, by attribute.
struct AttributeRules: Sendable {
  /// Read when they are first used.
  static let standard = AttributeRules()

  private let conditions: [Tag: [ConditionRule]]
  private let terms: [Tag: [TermRule]]
  /// Lines that name an unknown keyword or are not complete; none, unless a table is wrong.
  let unreadable: [String]

  private init() {
    var conditions: [Tag: [ConditionRule]] = [:]
    var terms: [Tag: [TermRule]] = [:]
    var unreadable: [String] = []
    for line in StandardText.lines(ConditionTable.lines) {
      if let rule = Self.condition(line) {
        conditions[rule.tag, default: []].append(rule)
      } else {
        unreadable.append(line)
      }
    }
    for line in StandardText.lines(TermTable.lines) {
      if let rule = Self.term(line) {
        terms[rule.tag, default: []].append(rule)
      } else {
        unreadable.append(line)
      }
    }
    self.conditions = conditions
    self.terms = terms
    self.unreadable = unreadable
  }

  func conditions(_ tag: Tag, module: String, parent: Tag?) -> [ConditionRule] {
    conditions[tag]?.filter { $0.scope.contains(module: module, parent: parent) } ?? []
  }

  func terms(_ tag: Tag, module: String, parent: Tag?) -> [TermRule] {
    terms[tag]?.filter { $0.scope.contains(module: module, parent: parent) } ?? []
  }

  private static func condition(_ line: String) -> ConditionRule? {
    let fields = line.split(separator: "|", omittingEmptySubsequences: false)
    guard fields.count == 5 || fields.count == 6, let scope = RuleScope(fields[0], fields[1]),
      let tag = DataDictionary.tag(keyword: String(fields[2])), let condition = ConditionExpression(fields[3]),
      let effect = ConditionRule.Effect(rawValue: String(fields[4]))
    else { return nil }
    let words = fields.count == 6 ? String(fields[5]) : condition.text
    return ConditionRule(scope: scope, tag: tag, condition: condition, effect: effect, words: words)
  }

  private static func term(_ line: String) -> TermRule? {
    let fields = line.split(separator: "|", omittingEmptySubsequences: false)
    guard fields.count == 7, let scope = RuleScope(fields[0], fields[1]),
      let tag = DataDictionary.tag(keyword: String(fields[2])), fields[3] == "*" || Int(fields[3]) != nil,
      fields[4] == "E" || fields[4] == "D"
    else { return nil }
    var condition: ConditionExpression?
    if !fields[6].isEmpty {
      condition = ConditionExpression(fields[6])
      if condition == nil { return nil }
    }
    return TermRule(
      scope: scope, tag: tag, index: Int(fields[3]).map { $0 - 1 }, isEnumerated: fields[4] == "E",
      terms: fields[5].split(separator: ",", omittingEmptySubsequences: false).map(String.init), condition: condition)
  }
}
