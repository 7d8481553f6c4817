// SPDX-License-Identifier: Apache-2.0

import DICOMCore
import DICOMDictionary
import DICOMServices
import SQLInterface

/// Translates single matching keys into conditions on typed columns.
struct KeyTranslator {
  /// What a condition says of a key.
  struct Translation {
    /// Never excludes what matches; nil where no column helps.
    var condition: SQLFragment?
    /// Nor includes what does not.
    var isExact: Bool

    static let none = Translation(condition: nil, isExact: false)
    static func exact(_ condition: SQLFragment) -> Translation { Translation(condition: condition, isExact: true) }
  }

  /// More values than this in one key are left to the matcher: engines limit the parameters of a statement.
  static let valueLimit = 1000
  /// Who is found by several words costs as much as two who are found by one.
  private static let intersectionShare = 0.5

  let dialect: any SQLDialect
  /// Column of the patient's key: below patients their own table is not needed for it.
  let patientKey: String

  private static let textColumns: [Tag: String] = [
    .patientID: "p.patient_id", .issuerOfPatientID: "p.issuer", .patientSex: "p.sex",
    .accessionNumber: "s.accession", .studyID: "s.study_id", .studyDescription: "s.description",
    .modality: "e.modality",
  ]
  private static let uidColumns: [Tag: String] = [
    .studyInstanceUID: "s.uid", .seriesInstanceUID: "e.uid", .sopInstanceUID: "i.uid",
  ]
  private static let numberColumns: [Tag: String] = [
    .seriesNumber: "e.number", .instanceNumber: "i.number", .numberOfPatientRelatedStudies: "p.studies",
    .numberOfPatientRelatedSeries: "p.series", .numberOfPatientRelatedInstances: "p.instances",
    .numberOfStudyRelatedSeries: "s.series", .numberOfStudyRelatedInstances: "s.instances",
    .numberOfSeriesRelatedInstances: "e.instances",
  ]

  func translate(_ key: QueryMatcher.Key, _ statistics: NameStatistics) throws -> Translation {
    switch key.criterion {
    case .uids(let uids): translate(key.tag, uids: uids.sorted())
    case .text(let patterns): translate(key.tag, patterns: patterns)
    case .names(let names): try translate(key.tag, names: names, statistics)
    case .fuzzyNames(let names): try translate(key.tag, fuzzyNames: names, statistics)
    case .dates(let ranges): translate(key.tag, dates: ranges)
    case .times(let ranges): translate(key.tag, times: ranges)
    case .numbers(let numbers): translate(key.tag, numbers: numbers)
    case .dateTimes, .bytes, .item: .none
    }
  }

  // MARK: UIDs

  private func translate(_ tag: Tag, uids: [String]) -> Translation {
    guard uids.count <= Self.valueLimit else { return .none }
    if let column = Self.uidColumns[tag] { return .exact(.isIn(column, uids.map { .text($0) })) }
    switch tag {
    case .sopClassUID:
      let terms = SQLFragment.isIn("text", uids.map { .text($0) })
      return .exact(SQLFragment("i.sop_class IN (SELECT id FROM term WHERE \(terms.sql))", terms.parameters))
    case .sopClassesInStudy:
      return .exact(.joined(uids.map { contains("s.sop_classes", term: $0) }, by: "OR"))
    default:
      return .none
    }
  }

  /// Whether a set of terms contains one.
  private func contains(_ column: String, term: String) -> SQLFragment {
    SQLFragment(dialect.contains(column), [.text("\\\(term)\\")])
  }

  // MARK: Text

  private func translate(_ tag: Tag, patterns: [WildcardPattern]) -> Translation {
    guard patterns.count <= Self.valueLimit else { return .none }
    if tag == .modalitiesInStudy {
      let terms = patterns.compactMap(\.literal)
      guard terms.count == patterns.count else { return .none }
      return .exact(.joined(terms.map { contains("s.modalities", term: $0) }, by: "OR"))
    }
    guard let column = Self.textColumns[tag] else { return .none }
    return .exact(.joined(patterns.map { condition(column, $0) }, by: "OR"))
  }

  /// A range of the prefix, so that an index helps, and the pattern where that is not all. What is unknown does not
  /// match.
  private func condition(_ column: String, _ pattern: WildcardPattern) -> SQLFragment {
    if let literal = pattern.literal { return SQLFragment("\(column) = ?", [.text(literal)]) }
    var pieces: [SQLFragment] = []
    if pattern.prefix.isEmpty {
      pieces.append(SQLFragment("\(column) <> ''"))
    } else {
      pieces.append(Self.startsWith(column, pattern.prefix))
    }
    if !pattern.isPrefix { pieces.append(dialect.matches(column, pattern.tokens.map(Self.token))) }
    return .joined(pieces, by: "AND")
  }

  private static func startsWith(_ column: String, _ prefix: String) -> SQLFragment {
    SQLFragment("\(column) >= ? AND \(column) < ?", [.text(prefix), .text(prefix + "\u{10FFFF}")])
  }

  private static func token(_ token: WildcardPattern.Token) -> WildcardToken {
    switch token {
    case .text(let text): .text(text)
    case .anyOne: .anyOne
    case .anyMany: .anyMany
    }
  }

  // MARK: Names

  /// Owners in rows of `person_name` or `person_name_word`: looked up where they are few, else asked for one by one.
  private func owners(
    _ owner: (kind: SQLValue, column: String), _ table: String, _ conditions: [SQLFragment],
    _ statistics: NameStatistics, indexed: SQLFragment? = nil
  ) throws -> SQLFragment {
    func rows(_ condition: SQLFragment, kind: String = "n.kind") -> SQLFragment {
      SQLFragment("FROM \(table) n WHERE \(kind) = ? AND \(condition.sql)", [owner.kind] + condition.parameters)
    }
    let lists = conditions.map { condition in
      // With a sign, the kind does not keep the engine from beginning with the index of trigrams.
      indexed.map { rows(.joined([condition, $0], by: "AND"), kind: "+n.kind") } ?? rows(condition)
    }
    if try lists.allSatisfy({ try statistics.isFew($0, 1) }) {
      let selects = lists.map { "SELECT n.owner " + $0.sql }.joined(separator: " UNION ")
      return SQLFragment("\(owner.column) IN (\(selects))", lists.flatMap(\.parameters))
    }
    // The few rows of one owner are looked at once for all conditions. With an offset, the engine does not turn it into
    // a list.
    let any = SQLFragment.joined(conditions, by: "OR")
    let row = rows(SQLFragment("n.owner = \(owner.column) AND (\(any.sql))", any.parameters))
    return SQLFragment("EXISTS (SELECT 1 \(row.sql) LIMIT 1 OFFSET 0)", row.parameters)
  }

  /// Kind of the names, and the column of their owners.
  private func owner(_ tag: Tag) -> (kind: SQLValue, column: String)? {
    guard let kind = NameKind.allCases.first(where: { $0.tag == tag }) else { return nil }
    return (.integer(kind.rawValue), [NameKind].ofPatient.contains(kind) ? patientKey : "s.id")
  }

  private func translate(
    _ tag: Tag, names: [PersonNamePattern], _ statistics: NameStatistics
  ) throws -> Translation {
    guard let owner = owner(tag), names.count <= Self.valueLimit else { return .none }
    var isExact = true
    let pieces = try names.compactMap { name -> SQLFragment? in
      guard let group = name.groups.compactMap(\.self).first else { return nil }
      // Components that a name leaves out are empty to the matcher; the rows do not have them.
      let hasComponents =
        group.literal == nil
        && group.tokens.contains { token in
          if case .text(let text) = token { text.contains("^") } else { false }
        }
      if name.groups.count > 1 || hasComponents { isExact = false }
      let condition =
        hasComponents
        ? Self.startsWith("n.group_text", String(group.prefix.prefix { $0 != "^" }))
        : condition("n.group_text", group)
      return try owners(owner, "person_name", [condition], statistics, indexed: hasComponents ? nil : trigrams(group))
    }
    return Translation(condition: .joined(pieces, by: "OR"), isExact: isExact)
  }

  /// What the index of trigrams knows of the longest text of a pattern that begins with a wildcard.
  private func trigrams(_ group: WildcardPattern) -> SQLFragment? {
    guard group.literal == nil, group.prefix.isEmpty else { return nil }
    let texts = group.tokens.compactMap { if case .text(let text) = $0 { text } else { nil } }
    guard let longest = texts.max(by: { $0.unicodeScalars.count < $1.unicodeScalars.count }) else { return nil }
    return dialect.infix(table: "person_name", as: "n", key: "id", column: "group_text", words: [longest])
  }

  private func translate(
    _ tag: Tag, fuzzyNames: [FuzzyName], _ statistics: NameStatistics
  ) throws -> Translation {
    guard let owner = owner(tag), fuzzyNames.count <= Self.valueLimit else { return .none }
    var isExact = true
    let names = try fuzzyNames.compactMap { name -> SQLFragment? in
      if name.words.contains(where: { $0.pattern != nil }) { isExact = false }
      var areFew = false
      let words = try name.words.filter { !$0.text.isEmpty }.map { word in
        var conditions = [Self.startsWith("n.word", word.text)]
        if let code = word.code { conditions.append(SQLFragment("n.code = ?", [.text(code)])) }
        let found = try owners(owner, "person_name_word", conditions, statistics)
        areFew = areFew || found.sql.hasPrefix(owner.column)
        return found
      }
      // Of words that are all frequent, those who have all may be few.
      if !areFew,
        let together = try NameIntersection(
          kind: owner.kind, words: name.words, dialect: dialect
        ).owners(statistics),
        try statistics.isFew(SQLFragment("FROM (\(together.sql)) b", together.parameters), Self.intersectionShare)
      {
        return SQLFragment("\(owner.column) IN (\(together.sql))", together.parameters)
      }
      return words.isEmpty ? nil : .joined(words, by: "AND")
    }
    guard names.count == fuzzyNames.count else { return .none }
    return Translation(condition: .joined(names, by: "OR"), isExact: isExact)
  }

  // MARK: Dates, times, numbers

  private func translate(_ tag: Tag, dates ranges: [TemporalRange]) -> Translation {
    let column: String
    switch tag {
    case .studyDate: column = "s.date"
    case .patientBirthDate: column = "p.birth_date"
    default: return .none
    }
    guard ranges.count <= Self.valueLimit else { return .none }
    return .exact(
      .joined(
        ranges.map { range in
          Self.between(
            column, range.lower.map { .text(Columns.dateText($0)) } ?? .text("0"),
            range.upper.map { .text(Columns.dateText($0)) })
        }, by: "OR"))
  }

  private func translate(_ tag: Tag, times ranges: [TemporalRange]) -> Translation {
    guard tag == .studyTime, ranges.count <= Self.valueLimit else { return .none }
    return .exact(
      .joined(
        ranges.map { range in
          Self.between("s.time_of_day", .integer(range.lower ?? 0), range.upper.map { .integer($0) })
        }, by: "OR"))
  }

  private static func between(_ column: String, _ lower: SQLValue, _ upper: SQLValue?) -> SQLFragment {
    guard let upper else { return SQLFragment("\(column) >= ?", [lower]) }
    if lower == upper { return SQLFragment("\(column) = ?", [lower]) }
    return SQLFragment("\(column) BETWEEN ? AND ?", [lower, upper])
  }

  private func translate(_ tag: Tag, numbers: [Double]) -> Translation {
    guard let column = Self.numberColumns[tag], numbers.count <= Self.valueLimit else { return .none }
    // No column holds a number that is not whole.
    let values = numbers.compactMap { Int64(exactly: $0) }.filter { $0 != Columns.unknownNumber }
    return .exact(.isIn(column, values.map { .integer($0) }))
  }
}
