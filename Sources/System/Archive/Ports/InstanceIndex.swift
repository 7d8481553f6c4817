// SPDX-License-Identifier: Apache-2.0

import DICOMCore

/// What became of a record that was given to the index.
public enum AddOutcome: Sendable, Equatable {
  /// A new SOP Instance UID.
  case added
  /// A version of this UID with equal transfer syntax, length and checksum is there; nothing was added. The caller
  /// compares the bytes.
  case looksIdentical(to: StoredLocation)
  /// The UID was known with another data set: kept as this version, listed as a conflict.
  case addedVersion(Int)
}

/// What retrieval needs to know of an instance.
public struct StoredInstance: Sendable, Hashable {
  public var identity: InstanceIdentity
  /// Of the file as it stands; `location.original` says more where it was compressed at rest.
  public var transferSyntax: UID
  public var location: StoredLocation
  /// CRC-32C of the data set's bytes as received.
  public var dataSetChecksum: UInt32
  public var version: Int
  /// What corrections change in the header on the way out; nil for nothing.
  public var change: HeaderChange?

  public init(
    identity: InstanceIdentity, transferSyntax: UID, location: StoredLocation, dataSetChecksum: UInt32, version: Int,
    change: HeaderChange? = nil
  ) {
    self.identity = identity
    self.transferSyntax = transferSyntax
    self.location = location
    self.dataSetChecksum = dataSetChecksum
    self.version = version
    self.change = change
  }

  /// The transfer syntax in which it was received.
  public var receivedTransferSyntax: UID { location.original?.transferSyntax ?? transferSyntax }

  /// Whether a data set may be the one that this was received as. Who wants to know compares the bytes.
  public func looksLike(_ record: InstanceRecord) -> Bool {
    receivedTransferSyntax == record.receivedTransferSyntax && dataSetChecksum == record.dataSetChecksum
      && location.dataSetLength == record.dataSetLength
  }
}

/// Which instances to retrieve: unique keys of PS3.4 §C.4.2, C.4.3. Empty lists mean all below the level above.
public struct InstanceSelection: Sendable, Hashable {
  public var patientID: String?
  public var studies: [UID]
  public var series: [UID]
  public var instances: [UID]

  public init(patientID: String? = nil, studies: [UID] = [], series: [UID] = [], instances: [UID] = []) {
    self.patientID = patientID
    self.studies = studies
    self.series = series
    self.instances = instances
  }
}

/// The image index. Its functions block; callers on an event loop go through a thread pool. All are safe to call from
/// any thread.
public protocol InstanceIndex: Sendable {
  /// Adds records and their `instance.stored` events in one transaction, in order. Parents are created and counted in
  /// the same.
  /// - Parameter evenIfIdentical: skips the check that yields `looksIdentical`.
  func add(_ records: [InstanceRecord], evenIfIdentical: Bool) throws -> [AddOutcome]

  /// All versions of an instance, the current first.
  func versions(of instance: UID) throws -> [StoredInstance]

  /// The current versions of the selected instances, ordered by study, series number, instance number.
  func instances(_ selection: InstanceSelection) throws -> [StoredInstance]

  /// Answers one after another until `each` returns false. An answer holds every indexed attribute of the level and
  /// the levels above, the computed ones of PS3.4 §C.3.4 too, in UTF-8.
  func find(_ query: IndexQuery, each: (DataSet) throws -> Bool) throws

  /// How many answers `find` would give without offset and limit.
  func count(_ query: IndexQuery) throws -> Int

  /// A page of the study list.
  func studyList(_ query: StudyListQuery) throws -> StudyListPage

  /// The indexed attributes of every current instance of a study (all levels), ordered as `instances` is.
  func attributes(ofStudy study: UID) throws -> [(instance: StoredInstance, attributes: DataSet)]

  /// For each segment, the end of the last body in it that is indexed.
  func indexedEnds() throws -> [String: Int64]

  /// Events after `sequence`, oldest first.
  func events(after sequence: Int64, limit: Int) throws -> [ArchiveEvent]
}
