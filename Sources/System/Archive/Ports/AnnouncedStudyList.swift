// SPDX-License-Identifier: Apache-2.0

public import DICOMCore
public import DICOMServices

/// A study that another archive has announced (PS3.4 Annex R).
public struct AnnouncedStudy: Sendable, Hashable {
  public var study: UID
  /// AE title of who announced it.
  public var source: String
  public var instances: Int
  /// From where it can be retrieved, sorted.
  public var retrieveAETitles: [String]
  /// How its instances can be had, sorted.
  public var availabilities: [InstanceAvailabilityNotice.Availability]
  /// Of the latest notification, microseconds since 1970-01-01 UTC.
  public var receivedAt: Int64

  public init(
    study: UID, source: String, instances: Int, retrieveAETitles: [String],
    availabilities: [InstanceAvailabilityNotice.Availability], receivedAt: Int64
  ) {
    self.study = study
    self.source = source
    self.instances = instances
    self.retrieveAETitles = retrieveAETitles
    self.availabilities = availabilities
    self.receivedAt = receivedAt
  }
}

/// Which announced studies to list. Empty fields ask for nothing.
public struct AnnouncedStudyQuery: Sendable, Hashable {
  public var study = ""
  public var source = ""
  public var offset = 0
  public var limit = 100

  public init() {}
}

/// What other archives have announced. What a function changed is on disk when it returns.
public protocol AnnouncedStudyList: Sendable {
  /// Keeps what a notification says; of an instance that was announced before by the same source, the newest counts.
  /// - Returns: false, with nothing changed, where the notification is known.
  func add(_ notice: InstanceAvailabilityNotice, instance: UID, source: String, at time: Int64) throws -> Bool

  /// Latest announcement first.
  func studies(_ query: AnnouncedStudyQuery) throws -> [AnnouncedStudy]

  /// The instances of a study that a source has announced, by series and UID.
  func instances(of study: UID, source: String, limit: Int) throws -> [InstanceAvailabilityNotice.Instance]

  /// Forgets instances and notifications from before a time.
  func forget(before time: Int64) throws
}
