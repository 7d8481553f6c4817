// SPDX-License-Identifier: Apache-2.0

import DICOMCore
import DICOMDictionary

extension Validation {
  /// What the directory records of this object need (PS3.3 §F.5.1 to F.5.4): the keys of type 1 of the record types
  /// PATIENT, STUDY, SERIES and IMAGE. An object without them cannot go on media.
  mutating func checkDirectoryNeeds(_ definition: IODDefinition) {
    guard root[.directoryRecordSequence] == nil, definition.modules.contains(where: { $0.module.key == "patient" })
    else { return }
    var records = ["PATIENT", "STUDY", "SERIES"]
    if definition.modules.contains(where: { $0.module.key == "general-image" }) { records.append("IMAGE") }
    for record in records {
      guard let fields = StandardText.directoryRecords.fields(record) else { continue }
      for key in fields[1].split(separator: ",") where key.last == "1" {
        guard let tag = Tag(hexadecimal: key.prefix(8)), root[tag]?.isEmpty ?? true else { continue }
        // UIDs are of type 1 in the object too.
        if DataDictionary.vr(for: tag) == .UI { continue }
        report(
          .neededForDirectory, .warning, tag, clause: "PS3.3 \(fields[0])",
          "\(Self.label(tag)) has no value; a directory record of type \(record) needs one.")
      }
    }
  }

  /// The keys of a directory record (PS3.3 §F.5).
  mutating func checkDirectoryRecord(_ record: DataSet) {
    guard let type = record.string(.directoryRecordType),
      let fields = StandardText.directoryRecords.fields(type)
    else { return }
    for key in fields[1].split(separator: ",") {
      guard let tag = Tag(hexadecimal: key.prefix(8)), let last = key.utf8.last,
        let kind = AttributeType(rawValue: last)
      else { continue }
      let element = record[tag]
      if element == nil, kind == .required || kind == .requiredMayBeEmpty {
        report(
          .missingAttribute, .error, tag, clause: "PS3.3 \(fields[0])",
          "\(Self.label(tag)) is absent; a directory record of type \(type) has it as type \(kind.name).")
      } else if element?.isEmpty == true, kind == .required {
        report(
          .emptyAttribute, .error, tag, clause: "PS3.3 \(fields[0])",
          "\(Self.label(tag)) has no value; a directory record of type \(type) has it as type 1.")
      }
    }
  }
}
