// SPDX-License-Identifier: Apache-2.0

import Archive
import DICOMCore
import DICOMDictionary
import DICOMServices
import SQLInterface

/// A query as SQL: the statement narrows the candidates by typed columns; where it cannot say all that the keys ask,
/// the matcher decides about what it finds.
struct QueryTranslation {
  let level: QueryLevel
  let matcher: QueryMatcher
  /// What the statement finds is what matches.
  private(set) var isExact = true
  private var conditions: [SQLFragment] = []
  private let newestFirst: Bool
  let dialect: any SQLDialect

  /// Computed attributes (PS3.4 §C.3.4) and the level at which they stand.
  static let computed: [Tag: QueryLevel] = [
    .numberOfPatientRelatedStudies: .patient, .numberOfPatientRelatedSeries: .patient,
    .numberOfPatientRelatedInstances: .patient, .modalitiesInStudy: .study, .sopClassesInStudy: .study,
    .anatomicRegionsInStudyCodeSequence: .study,
    .numberOfStudyRelatedSeries: .study, .numberOfStudyRelatedInstances: .study,
    .numberOfSeriesRelatedInstances: .series, .availableTransferSyntaxUID: .instance,
  ]

  init(_ query: IndexQuery, dialect: any SQLDialect, _ statistics: NameStatistics) throws {
    level = query.level
    newestFirst = query.newestFirst
    self.dialect = dialect
    let level = query.level
    matcher = QueryMatcher(
      identifier: query.identifier, options: QueryMatcher.Options(fuzzyNames: query.fuzzyNames)
    ) { tag in
      guard let own = IndexedAttributes.level(of: tag) ?? Self.computed[tag] else { return false }
      return own <= level
    }
    let translator = KeyTranslator(dialect: dialect, patientKey: level == .patient ? "p.id" : "s.patient")
    for key in matcher.keys {
      let translation = try translator.translate(
        key, query.newestFirst && level > .patient ? statistics : .allFew)
      if let condition = translation.condition { conditions.append(condition) }
      isExact = isExact && translation.isExact
    }
  }

  private var tables: String {
    // A join that nothing asks for would keep the engine from an index that has all that is asked.
    let asksPatient = conditions.contains { $0.sql.contains("p.") }
    let patient = asksPatient ? " JOIN patient p ON p.id = s.patient" : ""
    return switch level {
    case .patient: "patient p"
    case .study: "study s" + patient
    case .series: "series e JOIN study s ON s.id = e.study" + patient
    case .instance: "instance i JOIN series e ON e.id = i.series JOIN study s ON s.id = e.study" + patient
    }
  }

  private var key: String {
    switch level {
    case .patient: "p.id"
    case .study: "s.id"
    case .series: "e.id"
    case .instance: "i.id"
    }
  }

  private var order: String {
    let direction = newestFirst ? "DESC" : "ASC"
    let study = "s.date \(direction), s.time_of_day \(direction), s.id \(direction)"
    return switch level {
    case .patient: "p.id"
    case .study: study
    case .series: study + ", e.number, e.id"
    case .instance: study + ", e.number, e.id, i.number, i.id"
    }
  }

  /// `FROM … WHERE …`
  private var selection: SQLFragment {
    var fragment = SQLFragment("FROM \(tables)")
    if !conditions.isEmpty {
      fragment.append("WHERE")
      fragment.append(.joined(conditions, by: "AND"))
    }
    return fragment
  }

  /// The keys of the rows, ordered.
  func keys(offset: Int, limit: Int) -> SQLFragment {
    var fragment = SQLFragment("SELECT \(key)")
    fragment.append(selection)
    fragment.append("ORDER BY \(order) LIMIT ? OFFSET ?", [.integer(limit), .integer(offset)])
    return fragment
  }

  var count: SQLFragment {
    var fragment = SQLFragment("SELECT count(*)")
    fragment.append(selection)
    return fragment
  }
}
