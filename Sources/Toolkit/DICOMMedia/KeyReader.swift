// SPDX-License-Identifier: Apache-2.0

import DICOMCore
import DICOMDictionary

/// Takes the keys of directory records out of an object (PS3.3 §F.5).
struct KeyReader {
  private(set) var supplied: [FileSetBuilder.Supplied] = []
  private let header: DataSet
  private let instance: UID

  /// Attributes from which keys are made that objects hold elsewhere, or lack.
  static let sources: [Tag] = [
    .verifyingObserverSequence, .seriesDate, .seriesTime, .acquisitionDate, .acquisitionTime, .contentDate,
    .contentTime, .instanceCreationDate, .instanceCreationTime, .studyDate, .studyTime,
  ]
  /// Where dates and times come from that an object lacks, the best first.
  private static let dates: [Tag] = [.studyDate, .seriesDate, .acquisitionDate, .contentDate, .instanceCreationDate]
  private static let times: [Tag] = [.studyTime, .seriesTime, .acquisitionTime, .contentTime, .instanceCreationTime]

  init(header: DataSet, instance: UID) {
    self.header = header
    self.instance = instance
  }

  /// - Parameter number: counts the records of its directory entity from 1, for numbers that the object lacks.
  mutating func record(
    _ type: RecordType, number: Int, reference: DirectoryRecord.Reference?
  ) -> DirectoryRecord {
    var keys = DataSet(byteOrder: header.byteOrder, inheritedCharacterSet: header.characterSet)
    for key in type.keys {
      if let element = element(key.tag, of: type), !element.isEmpty {
        keys.set(Self.copy(element))
      } else if key.requirement == .one {
        supply(key.tag, type, number, to: &keys)
      } else if key.requirement == .two, let vr = DataDictionary.entry(for: key.tag)?.vrs.first {
        keys.set(DataElement(tag: key.tag, vr: vr, value: vr == .SQ ? .items([]) : .bytes(.empty)))
      }
    }
    for tag in type.extraKeys {
      if let element = header[tag], !element.isEmpty { keys.set(Self.copy(element)) }
    }
    // Each record says itself which characters it has (PS3.3 §F.5, type 1C).
    if let declared = header[.specificCharacterSet], !declared.isEmpty, Self.hasExtendedText(keys) {
      keys.set(Self.copy(declared))
    }
    return DirectoryRecord(
      type: type, keys: keys, reference: reference,
      privateRecordUID: type == .privateRecord ? FileSetBuilder.privateRecordUID : nil)
  }

  /// The element of a key: mostly that of the object, for some only a part of it.
  private func element(_ tag: Tag, of type: RecordType) -> DataElement? {
    switch (tag, type) {
    case (.contentSequence, _):
      // Only what modifies the title (PS3.3 §F.5.25, §F.5.26).
      let items = header.items(tag).filter { $0.string(.relationshipType) == "HAS CONCEPT MOD" }
      return DataElement(tag: tag, vr: .SQ, value: .items(items))
    case (.verificationDateTime, .srDocument):
      // That of the last verification (PS3.3 §F.5.25).
      let all = header.items(.verifyingObserverSequence).compactMap { $0[tag] }
      return all.max { Self.text($0) < Self.text($1) }
    case (.blendingSequence, .presentation):
      let items = header.items(tag).map { item in
        var part = item
        part.keep { [.studyInstanceUID, .referencedSeriesSequence].contains($0.tag) }
        return part
      }
      return DataElement(tag: tag, vr: .SQ, value: .items(items))
    default: return header[tag]
    }
  }

  private static func text(_ element: DataElement) -> String {
    String(decoding: element.bytes?.array ?? [], as: UTF8.self)
  }

  private func first(of tags: [Tag]) -> String? { tags.lazy.compactMap { header.string($0) }.first }

  private mutating func supply(_ tag: Tag, _ type: RecordType, _ number: Int, to keys: inout DataSet) {
    guard let vr = DataDictionary.entry(for: tag)?.vrs.first else { return }
    let value: String
    switch vr {
    case .DA: value = first(of: Self.dates) ?? "19000101"
    case .TM: value = first(of: Self.times) ?? "000000"
    case .IS, .SH: value = String(number)
    case .LO: value = tag == .patientID ? "UNKNOWN\(number)" : "UNKNOWN"
    case .CS:
      switch tag {
      case .modality: value = "OT"
      case .completionFlag: value = "PARTIAL"
      case .verificationFlag: value = "UNVERIFIED"
      case .doseSummationType: value = "PLAN"
      default: value = "UNKNOWN"
      }
    default: return
    }
    keys.set(tag, vr, value)
    supplied.append(FileSetBuilder.Supplied(instance: instance, type: type, tag: tag, value: value))
  }

  /// With bytes of its own: records outlive the file that they were read from.
  private static func copy(_ element: DataElement) -> DataElement {
    switch element.value {
    case .bytes(let bytes):
      return DataElement(tag: element.tag, vr: element.vr, value: .bytes(ByteSlice(bytes.array)))
    case .items(let items):
      return DataElement(
        tag: element.tag, vr: .SQ,
        value: .items(
          items.map { item in
            DataSet(
              elements: item.elements.filter { !$0.tag.isGroupLength }.map(copy), isOrdered: true,
              byteOrder: item.byteOrder, inheritedCharacterSet: item.inheritedCharacterSet)
          }))
    case .fragments: return element
    }
  }

  /// Whether text has bytes that the default character repertoire lacks, escape sequences included.
  private static func hasExtendedText(_ dataSet: DataSet) -> Bool {
    dataSet.elements.contains { element in
      if let items = element.items { return items.contains(where: hasExtendedText) }
      guard element.vr.usesSpecificCharacterSet, let bytes = element.bytes else { return false }
      return bytes.withUnsafeBytes { $0.contains { $0 >= 0x80 || $0 == 0x1B } }
    }
  }
}
