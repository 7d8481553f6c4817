// SPDX-License-Identifier: Apache-2.0

import DICOMServices
import SQLInterface

/// What the index knows of the names in it, by which a translation chooses how to look for one.
struct NameStatistics {
  /// Whether a selection, `FROM … WHERE …`, has so few rows that these are looked up first; `share` of the number at
  /// which both ways cost alike where each row costs more.
  let isFew: (_ selection: SQLFragment, _ share: Double) throws -> Bool
  /// The different words of names that begin so; nil where more names begin so than it pays to look at.
  let words: (_ kind: SQLValue, _ beginning: String) throws -> [String]?

  /// Everything is looked up first.
  static var allFew: NameStatistics { NameStatistics(isFew: { _, _ in true }, words: { _, _ in nil }) }
}

/// Owners that have all words of a name, each by its beginning or by its sound, found in one pass over the lists of
/// owners that the index of codes keeps in order. Of two frequent words few people have both, and to ask each study
/// from the newest on would read most of the archive.
struct NameIntersection {
  /// Words of the same beginning that sound otherwise; with more of them the lists are no longer short to say.
  private static let mostOthers = 100

  let kind: SQLValue
  let words: [FuzzyName.Word]
  let dialect: any SQLDialect

  /// Selects `owner`; nil where a word has no code, or its beginning too many other words.
  func owners(_ statistics: NameStatistics) throws -> SQLFragment? {
    guard words.count > 1 else { return nil }
    var lists: [SQLFragment] = []
    for word in words {
      guard let code = word.code, word.pattern == nil, let found = try statistics.words(kind, word.text) else {
        return nil
      }
      let others = found.filter { PhoneticCode.code($0) != code }
      guard others.count <= Self.mostOthers else { return nil }
      let select = "SELECT n.owner FROM person_name_word n WHERE n.kind = ? AND"
      let alike = SQLFragment("\(select) n.code = ?", [kind, .text(code)])
      if others.isEmpty {
        lists.append(alike)
      } else {
        let list = SQLFragment.isIn("n.word", others.map { .text($0) })
        lists.append(
          SQLFragment(
            "SELECT owner FROM (\(alike.sql) UNION \(select) \(list.sql)) u",
            alike.parameters + [kind] + list.parameters))
      }
    }
    return dialect.intersection(lists, of: "owner")
  }
}
