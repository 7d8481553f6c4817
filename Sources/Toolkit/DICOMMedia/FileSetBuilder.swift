// SPDX-License-Identifier: Apache-2.0

import DICOMCore
import DICOMDictionary

/// An object that becomes part of a file-set, as far as its directory needs it.
public struct FileSetObject: Sendable {
  /// The data set up to the pixel data or further; `FileSetBuilder.wantedTags` are enough of it.
  public var header: DataSet
  /// Of the file as it is in the file-set.
  public var transferSyntax: UID
  /// An item for Icon Image Sequence (0088,0200) of the record, where it is one of an image (PS3.3 §F.7).
  public var icon: DataSet?

  public init(header: DataSet, transferSyntax: UID, icon: DataSet? = nil) {
    self.header = header
    self.transferSyntax = transferSyntax
    self.icon = icon
  }
}

/// Makes the directory of a file-set from its objects, one after another: patients, studies and series come from the
/// first object of each, files get their IDs in the order in which they come.
///
/// Keys of type 1 that an object lacks are supplied, since a directory without them is against the standard (PS3.3
/// §F.5): dates from another date of the object, numbers by counting. `supplied` says which.
public struct FileSetBuilder: Sendable {
  /// A key that an object lacks and that was supplied.
  public struct Supplied: Sendable, Hashable {
    public let instance: UID
    public let type: RecordType
    public let tag: Tag
    public let value: String
  }

  /// Private Record UID of the records of objects for whose SOP class the standard has no record type.
  public static let privateRecordUID: UID = "2.25.301477918402273118120953190126373316052"
  /// What is remembered of keys that were supplied.
  private static let mostSupplied = 1_000

  public var fileSetID: String
  public var descriptorFileID: FileID?
  public private(set) var supplied: [Supplied] = []
  /// Number of objects.
  public var count: Int { instances.count }

  private let folder: String
  private var patients = Level<PatientIdentity>()
  private var general: [DirectoryRecord] = []
  private var instances: Set<UID> = []

  private struct PatientIdentity: Hashable {
    var id: String
    var issuer: String
    /// Tells patients without ID apart.
    var name: String
  }
  private struct Level<Key: Hashable & Sendable>: Sendable {
    var index: [Key: Int] = [:]
    var nodes: [Node] = []
  }
  /// A record whose children are still counted.
  private struct Node: Sendable {
    var record: DirectoryRecord
    var below = Level<UID>()
  }

  /// - Parameter folder: the folder below the root in which the objects stand; one component of a File ID.
  public init(fileSetID: String = "", descriptorFileID: FileID? = nil, folder: String = "DICOM") {
    self.fileSetID = fileSetID
    self.descriptorFileID = descriptorFileID
    self.folder = folder
  }

  /// The attributes of an object that a directory may need.
  public static let wantedTags: Set<Tag> = Set(
    RecordType.all.flatMap { $0.keys.map(\.tag) + $0.extraKeys } + KeyReader.sources + [
      .specificCharacterSet, .sopClassUID, .sopInstanceUID, .studyInstanceUID, .seriesInstanceUID,
      .relatedGeneralSOPClassUID,
    ])

  /// Adds an object and gives it a place in the file-set.
  /// - Parameter fileID: where the file is; nil chooses `FOLDER\PT000001\ST000001\SE000001\IM000001`.
  /// - Throws: `missingUID`, `duplicateInstance`, `notReferable`, `invalidFileID`; then nothing was added.
  public mutating func add(_ object: FileSetObject, at fileID: FileID? = nil) throws(MediaError) -> FileID {
    let header = object.header
    guard let sopClass = header.uid(.sopClassUID), let instance = header.uid(.sopInstanceUID) else {
      throw MediaError(.missingUID, "The object has no SOP Class UID or no SOP Instance UID.")
    }
    guard let type = RecordType.of(sopClass: sopClass) else {
      throw MediaError(.notReferable, "Objects of SOP class \(sopClass) stand in no directory.")
    }
    guard !instances.contains(instance) else {
      throw MediaError(.duplicateInstance, "The instance \(instance) is in the file-set already.")
    }
    if let fileID, !fileID.isConformant { throw MediaError(.invalidFileID, "\(fileID) is no File ID.") }
    var reader = KeyReader(header: header, instance: instance)
    let place: FileID
    if RecordType.general.contains(type) {
      place = try Self.chosen(fileID, [folder, "GENERAL", FileID.component("GE", general.count + 1)])
      general.append(
        reader.record(type, number: general.count + 1, reference: Self.reference(object, sopClass, instance, place)))
    } else {
      guard let study = header.uid(.studyInstanceUID), let series = header.uid(.seriesInstanceUID) else {
        throw MediaError(.missingUID, "The object has no Study Instance UID or no Series Instance UID.")
      }
      place = try add(object, type, study, series, fileID, &reader)
    }
    instances.insert(instance)
    supplied += reader.supplied.prefix(Self.mostSupplied - supplied.count)
    return place
  }

  private mutating func add(
    _ object: FileSetObject, _ type: RecordType, _ study: UID, _ series: UID, _ fileID: FileID?,
    _ reader: inout KeyReader
  ) throws(MediaError) -> FileID {
    let header = object.header
    let id = header.string(.patientID) ?? ""
    let identity = PatientIdentity(
      id: id, issuer: header.string(.issuerOfPatientID) ?? "", name: id.isEmpty ? header.string(.patientName) ?? "" : ""
    )
    let p = Self.place(identity, .patient, in: &patients, &reader)
    let s = Self.place(study, .study, in: &patients.nodes[p].below, &reader)
    let e = Self.place(series, .series, in: &patients.nodes[p].below.nodes[s].below, &reader)
    let number = patients.nodes[p].below.nodes[s].below.nodes[e].record.children.count + 1
    let parts = [
      folder, FileID.component("PT", p + 1), FileID.component("ST", s + 1), FileID.component("SE", e + 1),
      FileID.component("IM", number),
    ]
    let place = try Self.chosen(fileID, parts)
    let reference = Self.reference(
      object, header.uid(.sopClassUID) ?? "", header.uid(.sopInstanceUID) ?? "", place)
    var record = reader.record(type, number: number, reference: reference)
    if type == .image, let icon = object.icon {
      record.keys.set(DataElement(tag: .iconImageSequence, vr: .SQ, value: .items([icon])))
    }
    patients.nodes[p].below.nodes[s].below.nodes[e].record.children.append(record)
    return place
  }

  private static func chosen(_ given: FileID?, _ parts: [String]) throws(MediaError) -> FileID {
    if let given { return given }
    return try FileID(parts)
  }

  /// The index of the record of a level, which is made where there is none.
  private static func place<Key>(
    _ key: Key, _ type: RecordType, in level: inout Level<Key>, _ reader: inout KeyReader
  ) -> Int {
    if let index = level.index[key] { return index }
    let index = level.nodes.count
    level.index[key] = index
    level.nodes.append(Node(record: reader.record(type, number: index + 1, reference: nil)))
    return index
  }

  private static func reference(
    _ object: FileSetObject, _ sopClass: UID, _ instance: UID, _ place: FileID
  ) -> DirectoryRecord.Reference {
    DirectoryRecord.Reference(
      fileID: place, sopClass: sopClass, sopInstance: instance, transferSyntax: object.transferSyntax,
      relatedGeneralSOPClasses: object.header.uids(.relatedGeneralSOPClassUID) ?? [])
  }

  /// The directory of all objects that were added.
  public func directory(instance: UID = .random()) -> FileSetDirectory {
    func whole(_ node: Node) -> DirectoryRecord {
      var record = node.record
      record.children += node.below.nodes.map(whole)
      return record
    }
    return FileSetDirectory(
      fileSetID: fileSetID, records: patients.nodes.map(whole) + general, descriptorFileID: descriptorFileID,
      descriptorCharacterSet: descriptorFileID == nil ? nil : "ISO_IR 100", instance: instance)
  }
}
