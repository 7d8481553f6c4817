// SPDX-License-Identifier: Apache-2.0

import DICOMCore

/// An object that goes into a study file.
public struct StudyMember: Sendable, Hashable {
  public var name: ObjectName
  /// Where it stands now.
  public var extent: ObjectExtent
  /// Where its data set stands in it; nil keeps it out of the heads of its series.
  public var place: DataSetPlace?

  public init(name: ObjectName, extent: ObjectExtent, place: DataSetPlace? = nil) {
    self.name = name
    self.extent = extent
    self.place = place
  }
}

/// Gives members of a study file another body on their way into it.
public struct MemberRecoding {
  /// Whether a member, counted from 0, is to be read into memory for it.
  public var wants: (_ member: Int) -> Bool
  /// The new body of a member; nil keeps it as it is.
  public var body: (_ member: Int, _ stored: ByteSlice) throws -> [UInt8]?
  /// Where the data set stands in the new body that was last given.
  public var place: (_ member: Int) -> DataSetPlace?

  public init(
    wants: @escaping (_ member: Int) -> Bool, body: @escaping (_ member: Int, _ stored: ByteSlice) throws -> [UInt8]?,
    place: @escaping (_ member: Int) -> DataSetPlace? = { _ in nil }
  ) {
    self.wants = wants
    self.body = body
    self.place = place
  }
}

/// A study file that is whole, verified and durable.
public struct StudyFile: Sendable, Hashable {
  /// Path below the storage folder.
  public var file: String
  /// Where the members stand in it, in the order in which they were given.
  public var extents: [ObjectExtent]

  public init(file: String, extents: [ObjectExtent]) {
    self.file = file
    self.extents = extents
  }
}

/// A whole object that a walk through the store came across.
public struct StoredObject: Sendable, Hashable {
  /// Path inside of the tar file.
  public var path: String
  public var extent: ObjectExtent

  public init(path: String, extent: ObjectExtent) {
    self.path = path
    self.extent = extent
  }
}

/// What a study file says of itself as a whole.
public struct StudySeal: Sendable, Hashable {
  /// The manifest as it stands in the file; empty where there is none.
  public var manifest: [UInt8]
  /// The signature over the manifest's bytes.
  public var signature: [UInt8]?
  /// In what the manifest is not true of the file; nil where it is true.
  public var contradiction: String?

  public init(manifest: [UInt8], signature: [UInt8]? = nil, contradiction: String? = nil) {
    self.manifest = manifest
    self.signature = signature
    self.contradiction = contradiction
  }
}

/// What the life of stored objects asks of the store. Functions block and are safe to call from any thread; those that
/// change something are called by one at a time.
public protocol LifeCycleStore: Sendable {
  /// Gathers objects in one file, in the given order, with a manifest behind them; reads all of it again and compares
  /// the checksums before it says that it is there. A file of the same study and generation is replaced. Behind the
  /// objects of a series stand their heads (`SeriesHeads`).
  /// - Parameters:
  ///   - records: of the corrections that concern the study, kept in the file with its objects.
  ///   - recoding: asked for each member whose checksum was right.
  /// - Throws: `damaged` where an object is not what its extent says; nothing is left behind then.
  func makeStudyFile(
    _ study: UID, generation: Int, members: [StudyMember], records: [ArchiveRecord], recoding: MemberRecoding?
  ) throws -> StudyFile

  /// The records that a study file keeps.
  func records(in file: String) throws -> [ArchiveRecord]

  /// Gives the space of objects back. Their names and bytes are gone after this; the headers stay, so that readers of
  /// the file walk past. What is gone already is passed over.
  func release(_ extents: [ObjectExtent]) throws

  /// Removes a file that nothing refers to.
  /// - Returns: false where a writer may still append to it, or a segment has an object that was not released.
  func removeFile(_ file: String) throws -> Bool

  /// Comes across each object of a file, in the order of positions. Checksums are those that the headers say; who wants
  /// them compared reads the objects.
  func walk(_ file: String, _ each: (StoredObject) throws -> Void) throws

  /// Whether what stands on the disk has the checksum, no cache in between.
  func isWhole(_ extent: ObjectExtent) throws -> Bool

  /// The seal of a study file; nil for other files.
  /// - Parameter readsBodies: compares every byte with the manifest's digests; else the manifest is only fetched.
  func seal(of file: String, readsBodies: Bool) throws -> StudySeal?

  /// Paths of all files.
  func filePaths() -> [String]
}
