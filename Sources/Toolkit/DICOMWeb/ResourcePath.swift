// SPDX-License-Identifier: Apache-2.0

import DICOMCore

/// The study, series or instance that a resource belongs to (PS3.18 table 10.1-1).
public struct ResourcePath: Hashable, Sendable {
  public let study: UID
  public let series: UID?
  public let instance: UID?

  public init(study: UID) {
    self.study = study
    series = nil
    instance = nil
  }

  public init(study: UID, series: UID) {
    self.study = study
    self.series = series
    instance = nil
  }

  public init(study: UID, series: UID, instance: UID) {
    self.study = study
    self.series = series
    self.instance = instance
  }

  /// Takes the UIDs as they stand in a target; series and instance may be absent.
  public init(parsing study: String, series: String? = nil, instance: String? = nil) throws(WebError) {
    for uid in [study, series, instance].compactMap(\.self) where !UID(uid).isWellFormed {
      throw WebError(.malformed, "A UID has 1 to 64 digits and points.", at: "path")
    }
    self.study = UID(study)
    self.series = series.map { UID($0) }
    self.instance = instance.map { UID($0) }
  }

  /// `base/studies/…`, with more components behind it.
  public func url(base: String, _ more: String...) -> String {
    var text = base + "/studies/" + study.rawValue
    if let series { text += "/series/" + series.rawValue }
    if let instance { text += "/instances/" + instance.rawValue }
    return more.reduce(text) { $0 + "/" + $1 }
  }
}
