// SPDX-License-Identifier: Apache-2.0

import DICOMCore
import DICOMDictionary
import DICOMServices
import Foundation

/// Timezone query adjustment (PS3.4 §C.5.1.1), where it was negotiated and asked for by Timezone Offset From UTC: dates
/// with their times are matched and answered as the clocks of the requester show them, wherever the study was made.
struct TimezoneAdjustment {
  /// Dates that have a time.
  static let attributes: [(date: Tag, time: Tag)] = [
    (.studyDate, .studyTime), (.seriesDate, .seriesTime), (.acquisitionDate, .acquisitionTime),
    (.contentDate, .contentTime), (.performedProcedureStepStartDate, .performedProcedureStepStartTime),
    (.instanceCreationDate, .instanceCreationTime),
  ]

  /// Minutes from UTC.
  private let offset: Int
  private let value: String
  private var dates: [Tag: TemporalRange] = [:]
  private var times: [Tag: TemporalRange] = [:]

  /// Takes dates and times out of matching keys, but for the days that may match; they are asked for still.
  /// - Returns: nil where the identifier names no timezone.
  init?(_ keys: inout DataSet) {
    guard let value = keys.string(.timezoneOffsetFromUTC), let offset = LocalMoment.offset(value) else { return nil }
    self.value = value
    self.offset = offset
    keys.set(.timezoneOffsetFromUTC, .SH, [String]())
    for (date, time) in Self.attributes where keys[date] != nil || keys[time] != nil {
      let days = keys.string(date) ?? ""
      let hours = keys.string(time) ?? ""
      if let range = TemporalRange(dates: days) {
        dates[date] = range
        keys.set(date, .DA, Self.widened(days))
      } else if keys[date] == nil {
        keys.set(date, .DA, [String]())
      }
      if let range = TemporalRange(times: hours) { times[time] = range }
      if times[time] != nil || keys[time] == nil { keys.set(time, .TM, [String]()) }
    }
  }

  /// A match by the requester's clocks; nil where by them it is none.
  func adjusted(_ match: DataSet) -> DataSet? {
    var answer = match
    let stated = match.string(.timezoneOffsetFromUTC).flatMap { LocalMoment.offset($0) }
    for (date, time) in Self.attributes {
      if let moment = LocalMoment(date: match.string(date) ?? "", time: match.string(time) ?? "") {
        let moved = moment.at(offset: offset, from: stated ?? Self.local(moment))
        answer.set(date, .DA, moved.date)
        answer.set(time, .TM, moved.time)
      }
      if let range = dates[date] {
        guard let day = TemporalRange.date(answer.string(date) ?? "")?.lower, range.contains(day) else { return nil }
      }
      if let range = times[time] {
        guard let hour = TemporalRange.time(answer.string(time) ?? "")?.lower, range.contains(hour) else { return nil }
      }
    }
    answer.set(.timezoneOffsetFromUTC, .SH, value)
    return answer
  }

  /// A day more on either side.
  private static func widened(_ days: String) -> String {
    let ends = days.split(separator: "-", maxSplits: 1, omittingEmptySubsequences: false)
    func day(_ text: Substring?, _ move: Int64) -> String {
      text.flatMap { LocalMoment.day(String($0), plus: move) } ?? ""
    }
    return day(ends.first, -1) + "-" + day(ends.last, 1)
  }

  /// The offset of this machine's clocks, for what does not say where it was made.
  private static func local(_ moment: LocalMoment) -> Int {
    TimeZone.current.secondsFromGMT(for: Date(timeIntervalSince1970: Double(moment.minutes) * 60)) / 60
  }
}
