// SPDX-License-Identifier: Apache-2.0

import Archive
import DICOMCore
import DICOMDictionary

/// The series and instances of a study in few bytes: what all instances of a series have in common stands once, the
/// rest in one list for each attribute. The names are those of `/api/v1/studies/{study}`.
///
///     {"study": {…}, "first": "1.2.3", "series": [{"seriesUID": …, "instanceCount": 500,
///       "common": {"rows": 512, …}, "columns": {"sopInstanceUID": […], "number": […], …}}]}
enum DisplaySetIndex {
  /// - Parameter first: the series whose first frame comes with the index.
  static func json(
    study: UID, _ all: [(instance: StoredInstance, attributes: DataSet)], first: UID?, showsImages: Bool
  ) -> JSONValue {
    let summary = StudySummary(study: study, instances: all.map(\.attributes))
    var series: [JSONValue] = []
    if case .array(let details) = StudyDetail.series(all) { series = details.map(compact) }
    return .object([
      ("study", StudyRoutes.json(summary, showsImages: showsImages)), ("first", JSONValue(first?.rawValue)),
      ("series", .array(series)),
    ])
  }

  /// Turns the instances of a series into columns.
  private static func compact(_ series: JSONValue) -> JSONValue {
    guard case .object(let members) = series else { return series }
    var compact: [(String, JSONValue)] = []
    for (name, value) in members {
      guard name == "instances", case .array(let instances) = value else {
        compact.append((name, value))
        continue
      }
      let (common, columns) = split(instances)
      compact += [("common", .object(common)), ("columns", .object(columns))]
    }
    return .object(compact)
  }

  private static func split(_ instances: [JSONValue]) -> (common: [(String, JSONValue)], columns: [(String, JSONValue)])
  {
    let rows = instances.compactMap { if case .object(let members) = $0 { members } else { nil } }
    guard let first = rows.first else { return ([], []) }
    var common: [(String, JSONValue)] = []
    var columns: [(String, JSONValue)] = []
    for (place, (name, value)) in first.enumerated() {
      let column = rows.map { $0[place].1 }
      let text = value.buffer
      if column.dropFirst().allSatisfy({ $0.buffer == text }) {
        // What no instance has need not be said.
        if case .null = value { continue }
        common.append((name, value))
      } else {
        columns.append((name, .array(column)))
      }
    }
    return (common, columns)
  }
}
