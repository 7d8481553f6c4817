// SPDX-License-Identifier: Apache-2.0

import DICOMCore
import DICOMDictionary

/// A condition on attributes, as the rule tables write it.
///
///     ImageType[1]=ORIGINAL/MIXED and not present SliceThickness or NumberOfFrames>1
///
/// `and` binds closer than `or`. `=` and `!=` compare a value, the first one unless a number says which, with a list;
/// both are false where the attribute is absent. `present` and `valued` ask for an attribute, `group` for a functional
/// group at either level. A keyword is looked up beside the attribute in question, then at the root of the object;
/// behind `.` only beside it.
struct ConditionExpression: Sendable {
  private enum Test: Sendable {
    case equals([String])
    case differs([String])
    case greater(Double)
    case present
    case valued
    case group
    case always
  }

  private struct Atom: Sendable {
    var negated = false
    var tag = Tag(0, 0)
    var keyword = ""
    var isLocal = false
    /// Position of the value, from 0.
    var index = 0
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
  func isMet(_ dataSet: DataSet, root: DataSet) -> Bool {
    alternatives.contains { atoms in
      atoms.allSatisfy { Self.isMet($0, dataSet, root) != $0.negated }
    }
  }

  private static func isMet(_ atom: Atom, _ dataSet: DataSet, _ root: DataSet) -> Bool {
    if case .always = atom.test { return true }
    if case .group = atom.test {
      let groups = root.items(.sharedFunctionalGroupsSequence) + root.items(.perFrameFunctionalGroupsSequence)
      return groups.contains { $0[atom.tag] != nil }
    }
    let holder = dataSet[atom.tag] != nil || atom.isLocal ? dataSet : root
    guard let element = holder[atom.tag] else { return false }
    switch atom.test {
    case .present: return true
    case .valued: return !element.isEmpty
    case .greater(let limit):
      guard let numbers = holder.doubles(atom.tag), atom.index < numbers.count else { return false }
      return numbers[atom.index] > limit
    case .equals(let values): return value(holder, atom).map { values.contains($0) } ?? false
    case .differs(let values): return value(holder, atom).map { !values.contains($0) } ?? false
    case .group, .always: return true
    }
  }

  private static func value(_ dataSet: DataSet, _ atom: Atom) -> String? {
    if dataSet[atom.tag]?.vr == .AT {
      guard let tags = dataSet.integers(atom.tag), atom.index < tags.count else { return nil }
      return Tag(rawValue: UInt32(truncatingIfNeeded: tags[atom.index])).hexadecimal
    }
    guard let values = dataSet.strings(atom.tag), atom.index < values.count else { return nil }
    return values[atom.index]
  }

  private static func atom(_ text: Substring) -> Atom? {
    var text = text
    var atom = Atom(test: .present)
    if text.hasPrefix("not ") {
      atom.negated = true
      text = text.dropFirst(4)
    }
    if text == "always" {
      atom.test = .always
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
    case "=": atom.test = .equals(values.split(separator: "/").map(String.init))
    case "!":
      values = values.dropFirst()
      atom.test = .differs(values.split(separator: "/").map(String.init))
    default:
      guard let limit = Double(values) else { return nil }
      atom.test = .greater(limit)
    }
    return named(atom, text[..<sign])
  }

  private static func named(_ atom: Atom, _ name: Substring) -> Atom? {
    var atom = atom
    var name = name
    if name.hasPrefix(".") {
      atom.isLocal = true
      name = name.dropFirst()
    }
    if name.hasSuffix("]"), let bracket = name.firstIndex(of: "[") {
      guard let number = Int(name[name.index(after: bracket)...].dropLast()), number > 0 else { return nil }
      atom.index = number - 1
      name = name[..<bracket]
    }
    guard let tag = DataDictionary.tag(keyword: String(name)) else { return nil }
    atom.tag = tag
    atom.keyword = String(name)
    return atom
  }

  private static func split(_ text: Substring, _ separator: String) -> [Substring] {
    var parts: [Substring] = []
    var rest = text
    var start = rest.startIndex
    var at = rest.startIndex
    while at < rest.endIndex {
      if rest[at...].hasPrefix(separator) {
        parts.append(rest[start..<at])
        at = rest.index(at, offsetBy: separator.count)
        start = at
      } else {
        at = rest.index(after: at)
      }
    }
    parts.append(rest[start...])
    rest = ""
    return parts
  }
}
