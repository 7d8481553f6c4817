// SPDX-License-Identifier: Apache-2.0

import Archive
import DICOMCore
import DICOMServices
import SQLInterface

extension SQLInstanceIndex {
  /// Keys that are read at once: first few, since many ask for few, then more, so that a large answer needs few
  /// statements.
  private static let firstWindow = 256
  private static let largestWindow = 1 << 16
  /// Names of one beginning that are looked at.
  private static let mostNames = 100_000
  /// Answers that are read before the caller gets them.
  private static let portion = 64

  public func find(_ query: IndexQuery, each: (DataSet) throws -> Bool) throws {
    let statistics = NameStatistics(isFew: { try isFew($0, share: $1, for: query) }, words: words)
    let translation = try QueryTranslation(query, dialect: database.dialect, statistics)
    var remaining = query.limit ?? Int.max
    // Where the statement is not exact, what is skipped has to match first.
    var skipping = translation.isExact ? 0 : max(0, query.offset)
    var offset = translation.isExact ? max(0, query.offset) : 0
    var window = Self.firstWindow
    while remaining > 0 {
      let size = translation.isExact ? min(window, remaining) : window
      let fragment = translation.keys(offset: offset, limit: size)
      let keys = try database.read { try $0.all(fragment) { $0.integer(0) } }
      let isMore = try answers(keys, translation) { answer in
        if skipping > 0 {
          skipping -= 1
          return true
        }
        remaining -= 1
        return try each(answer) && remaining > 0
      }
      if !isMore || keys.count < size { return }
      offset += keys.count
      window = min(window * 4, Self.largestWindow)
    }
  }

  /// Whether persons are so few that they are looked up first, and their studies sorted; of more it is asked, study by
  /// study from the newest on, whether it is one. The walk meets one of `n` persons in every `studies / n` studies, so
  /// both cost alike where `n` is the root of studies times answers.
  private func isFew(_ persons: SQLFragment, share: Double, for query: IndexQuery) throws -> Bool {
    try database.read { connection in
      let studies = try connection.first("SELECT value FROM tally WHERE name = 'studies'") { $0.int(0) } ?? 0
      let reach = Double(max(0, query.offset)) + Double(max(0, query.limit ?? studies))
      let few = max(fewNames, Int((reach * Double(studies)).squareRoot() * share))
      let count = try connection.all(
        SQLFragment("SELECT count(*) FROM (SELECT 1 \(persons.sql) LIMIT ?) m", persons.parameters + [.integer(few)])
      ) { $0.int(0) }
      return count.first ?? 0 < few
    }
  }

  private func words(_ kind: SQLValue, _ beginning: String) throws -> [String]? {
    let words = try database.read { connection in
      try connection.all(
        """
        SELECT word, count(*) FROM (
          SELECT n.word FROM person_name_word n WHERE n.kind = ? AND n.word >= ? AND n.word < ? LIMIT ?) w
        GROUP BY word
        """, [kind, .text(beginning), .text(beginning + "\u{10FFFF}"), .integer(Self.mostNames)]
      ) { (word: $0.text(0), names: $0.int(1)) }
    }
    return words.reduce(0) { $0 + $1.names } < Self.mostNames ? words.map(\.word) : nil
  }

  public func count(_ query: IndexQuery) throws -> Int {
    let translation = try QueryTranslation(query, dialect: database.dialect, .allFew)
    if translation.isExact {
      return try database.read { connection in
        try connection.all(translation.count) { $0.int(0) }.first ?? 0
      }
    }
    var all = query
    all.offset = 0
    all.limit = nil
    var count = 0
    try find(all) { _ in
      count += 1
      return true
    }
    return count
  }

  /// Reads the rows with these keys, in order, and gives those that match.
  /// - Returns: false where the caller wants no more.
  private func answers(
    _ keys: [Int64], _ translation: QueryTranslation, _ each: (DataSet) throws -> Bool
  ) throws -> Bool {
    var reader = AnswerReader(level: translation.level)
    for start in stride(from: 0, to: keys.count, by: Self.portion) {
      let part = keys[start..<min(start + Self.portion, keys.count)]
      let answers = try database.read { connection in
        var answers: [DataSet] = []
        try connection.statement(AnswerReader.statement(translation.level)).runEach(part.map { [.integer($0)] }) {
          answers.append(try reader.answer($1))
        }
        return answers
      }
      for answer in answers where translation.isExact || translation.matcher.matches(answer) {
        if try !each(answer) { return false }
      }
    }
    return true
  }
}
