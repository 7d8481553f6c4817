// SPDX-License-Identifier: Apache-2.0

import DICOMCore
import DICOMDictionary
import DICOMServices

/// Typed column values out of attributes: normalised where they are compared, empty where unknown.
enum Columns {
  /// Behind all numbers, so that what has none comes last.
  static let unknownNumber = Int64.max

  static func text(_ attributes: DataSet, _ tag: Tag) -> String { attributes.string(tag) ?? "" }

  /// `YYYYMMDD`; empty where unknown or malformed.
  static func date(_ attributes: DataSet, _ tag: Tag) -> String {
    guard let text = attributes.string(tag), let number = TemporalRange.date(text)?.lower else { return "" }
    return dateText(number)
  }

  static func dateText(_ number: Int64) -> String {
    let digits = String(number)
    return String(repeating: "0", count: max(0, 8 - digits.count)) + digits
  }

  /// Microseconds of the day; -1 where unknown or malformed.
  static func timeOfDay(_ attributes: DataSet, _ tag: Tag) -> Int64 {
    attributes.string(tag).flatMap { TemporalRange.time($0)?.lower } ?? -1
  }

  static func number(_ attributes: DataSet, _ tag: Tag) -> Int64 {
    attributes.integer(tag).map { Int64($0) } ?? unknownNumber
  }

  /// A set of terms as `\CT\MR\`; empty for the empty set.
  static func terms(_ set: Set<String>) -> String {
    set.isEmpty ? "" : "\\" + set.sorted().joined(separator: "\\") + "\\"
  }

  static func terms(_ text: String) -> [String] { text.split(separator: "\\").map(String.init) }

  /// What the study list searches in: folded, a line for each attribute.
  static func searchText(
    name: String, patientID: String, accession: String, description: String, series: String
  ) -> String {
    let plainName = String(name.map { $0 == "^" || $0 == "=" ? " " : $0 })
    return TextFolding.fold([plainName, patientID, accession, description, series].joined(separator: "\n"))
  }
}
