// SPDX-License-Identifier: Apache-2.0

import DICOMCore

/// Of which objects a correction may change what the index says. Whatever belongs to a patient of one of them is read
/// again with it, because patients and studies are what all their instances say.
public struct CorrectionReach: Sendable, Hashable {
  public var patients: Set<PatientKey> = []
  public var studies: Set<UID> = []
  public var series: Set<UID> = []
  public var instances: Set<UID> = []
  /// Objects that these corrections changed or hid.
  public var corrections: Set<String> = []

  public init() {}

  /// What a scope names.
  public mutating func add(_ scope: CorrectionScope) {
    switch scope {
    case .patient(let key): patients.insert(key)
    case .study(let study): studies.insert(study)
    case .series(_, let uid): series.insert(uid)
    case .instances(let all): instances.formUnion(all)
    }
  }
}

/// An object that the index knows, and how.
public struct IndexedObject: Sendable, Hashable {
  public var stored: StoredInstance
  /// Key of its row among the hidden; nil for what is to be found.
  public var hidden: Int64?

  public init(stored: StoredInstance, hidden: Int64?) {
    self.stored = stored
    self.hidden = hidden
  }
}

/// A correction with its fate.
public struct ListedCorrection: Sendable, Hashable {
  public var correction: Correction
  /// Name of the record that undid it.
  public var undoneBy: String?
  /// A deletion whose objects are gone.
  public var isPurged: Bool

  public init(correction: Correction, undoneBy: String?, isPurged: Bool) {
    self.correction = correction
    self.undoneBy = undoneBy
    self.isPurged = isPurged
  }
}

/// What one deletion or rejection hides of one study.
public struct HiddenStudy: Sendable, Hashable {
  public var correction: Correction
  public var study: UID
  public var patientID: String
  public var issuer: String
  public var patientName: String
  public var date: String
  public var description: String
  public var seriesCount: Int
  public var instanceCount: Int
  public var bytes: Int64

  public init(
    correction: Correction, study: UID, patientID: String, issuer: String, patientName: String, date: String,
    description: String, seriesCount: Int, instanceCount: Int, bytes: Int64
  ) {
    self.correction = correction
    self.study = study
    self.patientID = patientID
    self.issuer = issuer
    self.patientName = patientName
    self.date = date
    self.description = description
    self.seriesCount = seriesCount
    self.instanceCount = instanceCount
    self.bytes = bytes
  }
}

/// What corrections ask of the index. Every change is on disk when the function returns.
public protocol CorrectionIndex: Sendable {
  /// All corrections that may still matter for what is stored.
  func correctionSet() throws -> CorrectionSet

  /// The newest first.
  /// - Parameter study: only those that are about this study, or changed or hid something of it.
  func corrections(ofStudy study: UID?, offset: Int, limit: Int) throws -> [ListedCorrection]

  func correction(named name: String) throws -> ListedCorrection?

  /// Whether a rejection note was obeyed.
  func hasCorrection(note: UID) throws -> Bool

  /// Time of the latest correction; 0 where there is none.
  func lastCorrectionTime() throws -> Int64

  /// For each file of records, how far it is known.
  func recordEnds() throws -> [String: Int64]

  /// The indexed attributes of a patient, or of a study and its patient; nil where there is none.
  func attributes(of patient: PatientKey) throws -> DataSet?
  func attributes(aboveSeriesOf study: UID) throws -> DataSet?

  /// All objects of all patients that have something in the reach.
  func objects(in reach: CorrectionReach) throws -> [IndexedObject]

  /// Adds a correction and derives everything in the reach anew from the originals.
  /// - Parameters:
  ///   - correction: with the place of its record; nil derives only.
  ///   - objects: what `objects(in:)` gave for the reach, and the original of each.
  /// - Returns: false, with nothing changed, where these are not the objects any more.
  func apply(
    _ correction: (Correction, RecordPlace)?, reach: CorrectionReach, objects: [IndexedObject],
    originals: [InstanceRecord]
  ) throws -> Bool

  /// Adds corrections without deriving anything: for an index that is empty.
  func restore(_ corrections: [(Correction, RecordPlace)]) throws

  /// What is rejected or in the bin, the newest first.
  func hidden(_ kind: Correction.Kind, offset: Int, limit: Int) throws -> [HiddenStudy]

  /// Deletions made before a time of which something is still in the bin.
  func deletions(before: Int64, limit: Int) throws -> [Correction]

  /// Adds the record of a purge, forgets what the deletion put into the bin, and retires its extents.
  /// - Returns: how many objects.
  func purge(_ purge: (Correction, RecordPlace), releaseAt: Int64) throws -> Int

  /// Studies of which nothing arrived since a time, the longest quiet first.
  /// - Parameter modalities: those that have one of these; empty means all.
  func studies(quietSince: Int64, modalities: [String], limit: Int) throws -> [UID]
}
