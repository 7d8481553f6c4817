// SPDX-License-Identifier: Apache-2.0

import DICOMCore
import DICOMDictionary

/// A condition on attributes, as the rule tables write it.
///
///     ImageType[1]=ORIGINAL/MIXED and not present SliceThickness or NumberOfFrames>1
///
/// `and` binds closer than `or`. `=` and `!=` compare a value, the first one unless a number says which, with a list;
/// both are false where the attribute is absent. `present` and `valued` ask for an attribute, `group` for a functional
/// group at either level, `module` for a mandatory module of the definition. A keyword is looked up beside the
/// attribute in question, then at the root of the object; behind `.` only beside it. `[*]` is any of the values.
struct ConditionExpression: Sendable {
  private enum Test: Sendable {
    case equals([String])
    case differs([String])
    case greater(Double)
    case present
    case valued
    case group
    case module(String)
  }

  private struct Atom: Sendable {
    var negated = false
    var tag = Tag(0, 0)
    var isLocal = false
    /// Position of the value, from 0; nil is any.
    var index: Int? = 0
    var test: Test
  }

  private let alternatives: [[Atom]]
  /// The expression as it was written.
  let text: String

  /// Nil for an empty text, and for one with a keyword that the dictionary does not have.
  init?(_ text: some StringProtocol) {
    guard !text.isEmpty else { return nil }
    self.text = String(text)
    var alternatives: [[Atom]] = []
    for alternative in Self.split(Substring(self.text), " or ") {
      var atoms: [Atom] = []
      for part in Self.split(alternative, " and ") {
        guard let atom = Self.atom(part) else { return nil }
        atoms.append(atom)
      }
      alternatives.append(atoms)
    }
    self.alternatives = alternatives
  }

  /// Whether the condition is met for an attribute in `dataSet`.
  func isMet(_ dataSet: DataSet, _ context: ConditionContext) -> Bool {
    alternatives.contains { atoms in
      atoms.allSatisfy { Self.isMet($0, dataSet, context) != $0.negated }
    }
  }

  private static func isMet(_ atom: Atom, _ dataSet: DataSet, _ context: ConditionContext) -> Bool {
    switch atom.test {
    case .module(let key): return context.modules.contains(key)
    case .group: return context.groups.contains(atom.tag)
    default: break
    }
    let holder = dataSet[atom.tag] != nil || atom.isLocal ? dataSet : context.root
    guard let element = holder[atom.tag] else { return false }
    switch atom.test {
    case .valued: return !element.isEmpty
    case .greater(let limit):
      guard let numbers = holder.doubles(atom.tag), let index = atom.index, index < numbers.count else { return false }
      return numbers[index] > limit
    case .equals(let terms): return values(holder, atom).contains { terms.contains($0) }
    case .differs(let terms):
      let values = values(holder, atom)
      return !values.isEmpty && values.allSatisfy { !$0.isEmpty && !terms.contains($0) }
    case .present, .group, .module: return true
    }
  }

  private static func values(_ dataSet: DataSet, _ atom: Atom) -> [String] {
    let all =
      dataSet[atom.tag]?.vr == .AT
      ? dataSet.integers(atom.tag)?.map { Tag(rawValue: UInt32(truncatingIfNeeded: $0)).hexadecimal } ?? []
      : dataSet.strings(atom.tag) ?? []
    guard let index = atom.index else { return all }
    return index < all.count ? [all[index]] : []
  }

  private static func atom(_ text: Substring) -> Atom? {
    var text = text
    var atom = Atom(test: .present)
    if text.hasPrefix("not ") {
      atom.negated = true
      text = text.dropFirst(4)
    }
    if text.hasPrefix("module ") {
      atom.test = .module(String(text.dropFirst(7)))
      return atom
    }
    for (word, test) in [("present ", Test.present), ("valued ", .valued), ("group ", .group)]
    where text.hasPrefix(word) {
      atom.test = test
      return named(atom, text.dropFirst(word.count))
    }
    guard let sign = text.firstIndex(where: { $0 == "=" || $0 == "!" || $0 == ">" }) else { return nil }
    var values = text[text.index(after: sign)...]
    switch text[sign] {
    case "=": atom.test = .equals(Self.terms(values))
    case "!":
      values = values.dropFirst()
      atom.test = .differs(Self.terms(values))
    default:
      guard let limit = Double(values) else { return nil }
      atom.test = .greater(limit)
    }
    return named(atom, text[..<sign])
  }

  /// A list of terms, or one that `TermLists` names.
  private static func terms(_ text: Substring) -> [String] {
    if text.hasPrefix("@") { return TermLists.named(text.dropFirst()) }
    return text.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
  }

  private static func named(_ atom: Atom, _ name: Substring) -> Atom? {
    var atom = atom
    var name = name
    if name.hasPrefix(".") {
      atom.isLocal = true
      name = name.dropFirst()
    }
    if name.hasSuffix("]"), let bracket = name.firstIndex(of: "[") {
      let number = name[name.index(after: bracket)...].dropLast()
      atom.index = number == "*" ? nil : Int(number).map { $0 - 1 }
      if atom.index == nil, number != "*" { return nil }
      name = name[..<bracket]
    }
    guard let tag = DataDictionary.tag(keyword: String(name)) else { return nil }
    atom.tag = tag
    return atom
  }

  private static func split(_ text: Substring, _ separator: String) -> [Substring] {
    var parts: [Substring] = []
    var start = text.startIndex
    var at = text.startIndex
    while at < text.endIndex {
      if text[at...].hasPrefix(separator) {
        parts.append(text[start..<at])
        at = text.index(at, offsetBy: separator.count)
        start = at
      } else {
        at = text.index(after: at)
      }
    }
    parts.append(text[start...])
    return parts
  }
}
