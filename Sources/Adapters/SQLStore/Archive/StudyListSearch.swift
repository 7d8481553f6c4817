// SPDX-License-Identifier: Apache-2.0

import Archive
import DICOMServices
import SQLInterface

/// A page of the study list.
///
/// Dates and modalities stand in an index of `study` itself. Words are looked for in the narrow table `study_search`,
/// which says which studies match and how many; those of three letters or more go through its trigram index first. The
/// page is then taken in one of two ways, whichever touches fewer rows: few matches are sorted, many are met soon on a
/// walk along the index of the sort key.
struct StudyListSearch {
  /// More words, or longer ones, are what no person types.
  private static let wordLimit = 8
  private static let wordLengthLimit = 64
  private static let modalityLimit = 64
  /// One study in so many is met soon.
  private static let fewPairs = 20

  private let query: StudyListQuery
  private let connection: any SQLConnection
  private let words: [String]
  private let countLimit: Int
  /// The condition that an index of `study_search t` can help with.
  private let indexed: [SQLFragment]

  init(
    _ query: StudyListQuery, _ connection: any SQLConnection, countLimit: Int = StudyListQuery.largestCount
  ) throws {
    self.query = query
    self.connection = connection
    self.countLimit = countLimit
    var words: [String] = []
    for word in TextFolding.words(query.text).prefix(Self.wordLimit) {
      words.append(String(word.prefix(Self.wordLengthLimit)))
    }
    // What is part of a longer word says nothing more.
    self.words = words.enumerated().filter { index, word in
      !words.enumerated().contains { other, longer in
        other != index && longer.contains(word) && (longer != word || other < index)
      }
    }.map(\.element)
    indexed = try Self.indexed(self.words, connection).map { [$0] } ?? []
  }

  func page() throws -> StudyListPage {
    let all = try connection.first("SELECT value FROM tally WHERE name = 'studies'") { $0.int(0) } ?? 0
    let (total, isMore) = try total(all)
    let offset = max(0, query.offset)
    guard offset < total, query.limit > 0 else { return StudyListPage(total: total, isMore: isMore, studies: []) }
    let limit = min(query.limit, total - offset)
    // The second half is nearer from the end.
    let isReversed = offset > total / 2 && !isMore
    let position = isReversed ? total - offset - limit : offset
    var keys = try keys(
      offset: position, limit: limit, ascending: query.ascending != isReversed, total: isMore ? nil : total, all: all)
    if isReversed { keys.reverse() }
    let statement = try connection.statement(Self.rowStatement)
    return StudyListPage(
      total: total, isMore: isMore,
      studies: try keys.compactMap { try statement.first([.integer($0)], Self.summary) })
  }

  // MARK: Which

  private var isUnfiltered: Bool { words.isEmpty && query.modalities.isEmpty && !hasDates }
  private var hasDates: Bool { query.dateFrom != nil || query.dateTo != nil }

  /// Where words are looked for, a row is read for each study that may have them, so that these are not all counted.
  private func total(_ all: Int) throws -> (count: Int, isMore: Bool) {
    if isUnfiltered { return (all, false) }
    if words.isEmpty {
      var statement = SQLFragment("SELECT count(*) FROM study s WHERE")
      statement.append(.joined(conditions, by: "AND"))
      return (try connection.all(statement) { $0.int(0) }.first ?? 0, false)
    }
    var statement = SQLFragment("SELECT count(*) FROM (SELECT 1 FROM study_search t WHERE")
    statement.append(.joined(conditions + indexed, by: "AND"))
    statement.append("LIMIT ?) m", [.integer(countLimit + 1)])
    let count = try connection.all(statement) { $0.int(0) }.first ?? 0
    return (min(count, countLimit), count > countLimit)
  }

  /// Conditions on `study_search t`, or on `study s` where no word is looked for; exact. What is cheap to decide and
  /// excludes much comes first.
  private var conditions: [SQLFragment] {
    let table = words.isEmpty ? "s" : "t"
    var conditions: [SQLFragment] = []
    if hasDates { conditions.append(dates("\(table).date")) }
    let modalities = query.modalities.prefix(Self.modalityLimit)
    if !modalities.isEmpty {
      conditions.append(
        .joined(
          modalities.map { SQLFragment(connection.dialect.contains("\(table).modalities"), [.text("\\\($0)\\")]) },
          by: "OR"))
    }
    return conditions + words.map { SQLFragment(connection.dialect.contains("t.words"), [.text($0)]) }
  }

  private func dates(_ column: String) -> SQLFragment {
    let from = query.dateFrom ?? "0"
    guard let to = query.dateTo else { return SQLFragment("\(column) >= ?", [.text(from)]) }
    return SQLFragment("\(column) BETWEEN ? AND ?", [.text(from), .text(to)])
  }

  /// Which studies may have the words, by the index of trigrams. Two letters that many have are rather met on a walk.
  private static func indexed(_ words: [String], _ connection: any SQLConnection) throws -> SQLFragment? {
    let (table, key, column) = ("study_search", "study", "words")
    let long = words.filter { $0.unicodeScalars.count >= 3 }
    if !long.isEmpty {
      return connection.dialect.infix(table: table, as: "t", key: key, column: column, words: long)
    }
    let all = try connection.first("SELECT value FROM tally WHERE name = 'studies'") { $0.int(0) } ?? 0
    for word in words {
      guard let pair = connection.dialect.pair(table: table, key: key, column: column, text: word) else { continue }
      let count = try connection.all(pair.count, reused: true) { $0.int(0) }.first ?? 0
      if count <= all / fewPairs { return SQLFragment("t.study IN (\(pair.keys.sql))", pair.keys.parameters) }
    }
    return nil
  }

  // MARK: In what order

  private var sortColumns: [String] {
    switch query.sort {
    case .date: ["s.date", "s.time_of_day", "s.id"]
    case .patientName: ["s.name_key", "s.id"]
    case .patientID: ["s.patient_id", "s.id"]
    case .accession: ["s.accession", "s.id"]
    case .description: ["s.description_key", "s.id"]
    case .modality: ["s.modalities", "s.id"]
    case .received: ["s.last_received", "s.id"]
    }
  }

  /// Sorting touches each match, and without the trigram index scans the narrow table, where a row costs an eighth of
  /// one that is looked up; the walk meets one match in every `all / total` rows.
  private func sortingIsCheaper(reach: Int, total: Int, all: Int) -> Bool {
    let sorting = Double(total) + (indexed.isEmpty ? Double(all) / 8 : 0)
    return sorting * Double(total) <= Double(reach) * Double(all)
  }

  /// - Parameter total: of the studies that match; nil where these are too many to be counted, and so to be sorted.
  private func keys(offset: Int, limit: Int, ascending: Bool, total: Int?, all: Int) throws -> [Int64] {
    var statement: SQLFragment
    if words.isEmpty {
      statement = wordless(reach: offset + limit, total: total ?? all, all: all)
    } else {
      let isSorted = total.map { sortingIsCheaper(reach: offset + limit, total: $0, all: all) } ?? false
      let join = connection.dialect.orderedJoin
      let tables =
        (isSorted ? "study_search t \(join) study s" : "study s \(join) study_search t") + " ON s.id = t.study"
      statement = SQLFragment("SELECT s.id FROM \(tables) WHERE")
      var conditions = self.conditions
      if isSorted {
        conditions += indexed
      } else if hasDates && query.sort == .date {
        conditions.append(dates("s.date"))
      }
      statement.append(.joined(conditions, by: "AND"))
    }
    let order = sortColumns.map { $0 + (ascending ? " ASC" : " DESC") }.joined(separator: ", ")
    statement.append("ORDER BY \(order) LIMIT ? OFFSET ?", [.integer(limit), .integer(offset)])
    return try connection.all(statement) { $0.integer(0) }
  }

  /// The studies of dates and modalities, without an order. The index of dates has both. In another order the walk
  /// along its index meets one match in every `all / total` rows. Whether one is a match its row says, or the set of
  /// all matches, which costs less where they are not many; few are sorted. A row costs as much as twenty entries of
  /// an index.
  private func wordless(reach: Int, total: Int, all: Int) -> SQLFragment {
    guard !isUnfiltered else { return SQLFragment("SELECT s.id FROM study s") }
    let condition = SQLFragment.joined(conditions, by: "AND")
    let matches = SQLFragment("SELECT s.id FROM study s WHERE \(condition.sql)", condition.parameters)
    guard query.sort != .date else { return matches }
    let (found, walk) = (Double(total), Double(reach) * Double(all) / Double(max(total, 1)))
    let costs = (rows: 20 * walk, set: walk + 2 * found, sorted: 20 * found)
    if costs.rows <= min(costs.set, costs.sorted) { return matches }
    if costs.set <= costs.sorted {
      // Without the end, an engine would begin with the matches.
      return SQLFragment("SELECT s.id FROM study s WHERE (s.id IN (\(matches.sql))) IS TRUE", matches.parameters)
    }
    // With a limit, it is not made one with what is around it.
    return SQLFragment(
      "SELECT s.id FROM (\(matches.sql) LIMIT ?) m \(connection.dialect.orderedJoin) study s ON s.id = m.id",
      matches.parameters + [.integer(total)])
  }

  // MARK: What

  private static let rowStatement = """
    SELECT s.uid, p.name, p.patient_id, p.issuer, p.birth_date, p.sex, s.accession, s.description, s.date, s.time,
      s.modalities, s.referrer, s.series, s.instances, s.first_received, s.last_received, s.conflicts
    FROM study s JOIN patient p ON p.id = s.patient WHERE s.id = ?
    """

  private static func summary(_ row: any SQLRow) -> StudySummary {
    StudySummary(
      studyUID: row.text(0), patientName: row.text(1), patientID: row.text(2), issuer: row.text(3),
      birthDate: row.text(4), sex: row.text(5), accession: row.text(6), description: row.text(7), date: row.text(8),
      time: row.text(9), modalities: Columns.terms(row.text(10)), referrer: row.text(11), seriesCount: row.int(12),
      instanceCount: row.int(13), firstReceived: row.integer(14), lastReceived: row.integer(15),
      conflicts: row.int(16))
  }
}
