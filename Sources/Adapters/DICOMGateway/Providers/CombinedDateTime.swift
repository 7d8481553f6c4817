// SPDX-License-Identifier: Apache-2.0

import DICOMCore
import DICOMDictionary

/// Combined date-time matching (PS3.4 §C.2.2.2.5.4), where it was negotiated: ranges of a date and its time are one
/// range of moments, not a range of days and another one of hours.
struct CombinedDateTime {
  private struct Pair {
    let date: Tag
    let time: Tag
    /// Date and time as 14 digits; nil for no bound.
    let from: String?
    let to: String?
  }

  private let pairs: [Pair]

  private static let attributes: [(date: Tag, time: Tag)] = [
    (.studyDate, .studyTime), (.seriesDate, .seriesTime), (.acquisitionDate, .acquisitionTime),
    (.contentDate, .contentTime), (.performedProcedureStepStartDate, .performedProcedureStepStartTime),
  ]

  /// Takes the ranges of times out of matching keys; they are asked for still.
  init(_ keys: inout DataSet) {
    var pairs: [Pair] = []
    for (date, time) in Self.attributes {
      guard let days = Self.range(keys.string(date)), let hours = Self.range(keys.string(time)) else { continue }
      pairs.append(
        Pair(
          date: date, time: time, from: days.0.isEmpty ? nil : days.0 + Self.padded(hours.0, with: "000000"),
          to: days.1.isEmpty ? nil : days.1 + Self.padded(hours.1, with: "235959")))
      keys.set(time, .TM, [String]())
    }
    self.pairs = pairs
  }

  func matches(_ answer: DataSet) -> Bool {
    pairs.allSatisfy { pair in
      guard let date = answer.string(pair.date), date.count == 8 else { return false }
      let moment = date + Self.padded(answer.string(pair.time) ?? "", with: "000000")
      return pair.from.map { moment >= $0 } ?? true && pair.to.map { moment <= $0 } ?? true
    }
  }

  private static func range(_ text: String?) -> (String, String)? {
    guard let text, text.contains("-") else { return nil }
    let parts = text.split(separator: "-", maxSplits: 1, omittingEmptySubsequences: false).map { part in
      String(part.filter { $0 != " " })
    }
    return (parts[0], parts[1])
  }

  /// Hours, minutes and seconds; what is absent is taken from another time.
  private static func padded(_ time: String, with other: String) -> String {
    let digits = time.prefix { $0 != "." }.prefix(6)
    return String(digits + other.dropFirst(digits.count))
  }
}
