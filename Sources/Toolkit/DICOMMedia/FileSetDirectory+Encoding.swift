// SPDX-License-Identifier: Apache-2.0

import DICOMCore
import DICOMDictionary
import DICOMFile

extension FileSetDirectory {
  /// Levels of records at the most, more than the four that the standard has (PS3.3 §F.4) and private ones need.
  static let deepest = 32

  /// The bytes of the DICOMDIR: a Part 10 file in explicit VR little endian (PS3.10 §8.6) whose records name one
  /// another by the offsets that they have in it.
  /// - Throws: `invalidFileSetID`, `invalidFileID`, `notWritable`, and `limitExceeded` from 4 GiB or 32 levels on.
  public func encoded(origin: FileMetaInformation.Origin = .init()) throws(MediaError) -> [UInt8] {
    guard Self.isConformant(fileSetID: fileSetID) else {
      throw MediaError(.invalidFileSetID, "\"\(fileSetID)\" is no File-set ID: up to 16 of A-Z, 0-9, _ and space.")
    }
    var layout = RecordLayout()
    let roots = try layout.add(records, level: 1)
    let meta = FileMetaInformation.encode(
      sopClass: .mediaStorageDirectoryStorage, sopInstance: instance,
      transferSyntax: TransferSyntax.explicitVRLittleEndian.uid, origin: origin)
    let empty = try Self.bytes(of: try root([], first: 0, last: 0))
    let offsets = try layout.place(from: meta.count + empty.count)
    let items = layout.items(offsets)
    let whole = try root(items, first: roots.first.map { offsets[$0] } ?? 0, last: roots.last.map { offsets[$0] } ?? 0)
    return meta + (try Self.bytes(of: whole))
  }

  private func root(_ items: [DataSet], first: Int, last: Int) throws(MediaError) -> DataSet {
    var root = DataSet()
    root.set(.fileSetID, .CS, fileSetID.isEmpty ? [] : [fileSetID])
    if let descriptorFileID {
      guard descriptorFileID.isConformant else {
        throw MediaError(.invalidFileID, "\(descriptorFileID) is no File ID.")
      }
      root.set(.fileSetDescriptorFileID, .CS, descriptorFileID.components)
      if let descriptorCharacterSet {
        root.set(.specificCharacterSetOfFileSetDescriptorFile, .CS, descriptorCharacterSet)
      }
    }
    root.set(.offsetOfTheFirstDirectoryRecordOfTheRootDirectoryEntity, .UL, integers: [first])
    root.set(.offsetOfTheLastDirectoryRecordOfTheRootDirectoryEntity, .UL, integers: [last])
    root.set(.fileSetConsistencyFlag, .US, integers: [0])
    // Of defined length, so that the first item stands right behind the header of the sequence.
    root.set(DataElement(tag: .directoryRecordSequence, vr: .SQ, value: .items(items), length: 0))
    return root
  }

  static func bytes(of dataSet: DataSet) throws(MediaError) -> [UInt8] {
    do throws(WriteError) {
      return try DataSetWriter.write(dataSet, transferSyntax: .explicitVRLittleEndian)
    } catch {
      throw MediaError(.notWritable, error.reason)
    }
  }
}

/// The records of a directory in the order in which they are written, and how they name one another.
private struct RecordLayout {
  private struct Entry {
    var item: DataSet
    /// Index of the record that follows in the same directory entity.
    var next: Int?
    /// Index of the first record of the lower-level directory entity.
    var lower: Int?
  }

  private static let itemHeaderLength = 8
  private var entries: [Entry] = []

  /// Adds the records of a directory entity, each with those below it behind it; gives their indices.
  mutating func add(_ records: [DirectoryRecord], level: Int) throws(MediaError) -> [Int] {
    guard level <= FileSetDirectory.deepest else {
      throw MediaError(.limitExceeded, "Records stand below one another more than \(FileSetDirectory.deepest) deep.")
    }
    var indices: [Int] = []
    for record in records {
      let index = entries.count
      if let last = indices.last { entries[last].next = index }
      indices.append(index)
      entries.append(Entry(item: try Self.item(record)))
      entries[index].lower = try add(record.children, level: level + 1).first
    }
    return indices
  }

  /// Where each record's item begins, counted from the first byte of the file.
  func place(from start: Int) throws(MediaError) -> [Int] {
    var offsets: [Int] = []
    offsets.reserveCapacity(entries.count)
    var offset = start
    for entry in entries {
      offsets.append(offset)
      offset += Self.itemHeaderLength + (try FileSetDirectory.bytes(of: entry.item)).count
    }
    guard offset <= Int(UInt32.max) else { throw MediaError(.limitExceeded, "The directory has 4 GiB or more.") }
    return offsets
  }

  func items(_ offsets: [Int]) -> [DataSet] {
    entries.map { entry in
      var item = entry.item
      item.set(.offsetOfTheNextDirectoryRecord, .UL, integers: [entry.next.map { offsets[$0] } ?? 0])
      item.set(.offsetOfReferencedLowerLevelDirectoryEntity, .UL, integers: [entry.lower.map { offsets[$0] } ?? 0])
      return item
    }
  }

  private static func item(_ record: DirectoryRecord) throws(MediaError) -> DataSet {
    var item = record.keys
    item.keep { $0.tag.group != 0x0004 && !$0.tag.isGroupLength }
    item.itemLength = 0
    item.set(.offsetOfTheNextDirectoryRecord, .UL, integers: [0])
    item.set(.recordInUseFlag, .US, integers: [record.isInUse ? 0xFFFF : 0])
    item.set(.offsetOfReferencedLowerLevelDirectoryEntity, .UL, integers: [0])
    item.set(.directoryRecordType, .CS, record.type.rawValue)
    if record.type == .privateRecord {
      guard let uid = record.privateRecordUID else {
        throw MediaError(.missingUID, "A private record has no Private Record UID.")
      }
      item.set(.privateRecordUID, uid)
    }
    guard let reference = record.reference else { return item }
    guard reference.fileID.isConformant else {
      throw MediaError(.invalidFileID, "\(reference.fileID) is no File ID.")
    }
    item.set(.referencedFileID, .CS, reference.fileID.components)
    guard let sopClass = reference.sopClass, let instance = reference.sopInstance,
      let syntax = reference.transferSyntax
    else {
      throw MediaError(.missingUID, "The record of \(reference.fileID) lacks a UID of its file.")
    }
    item.set(.referencedSOPClassUIDInFile, sopClass)
    item.set(.referencedSOPInstanceUIDInFile, instance)
    item.set(.referencedTransferSyntaxUIDInFile, syntax)
    if !reference.relatedGeneralSOPClasses.isEmpty {
      item.set(
        .referencedRelatedGeneralSOPClassUIDInFile, .UI, reference.relatedGeneralSOPClasses.map(\.rawValue))
    }
    return item
  }
}
