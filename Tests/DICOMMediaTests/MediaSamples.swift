// SPDX-License-Identifier: Apache-2.0

import DICOMCore
import DICOMDictionary
import DICOMMedia

/// Objects of which file-sets are made.
enum MediaSamples {
  static func header(
    _ sopClass: UID = .ctImageStorage, patient: String = "P1", study: Int = 1, series: Int = 1, instance: Int = 1
  ) -> DataSet {
    var header = DataSet()
    header.set(.specificCharacterSet, .CS, "ISO_IR 100")
    header.set(.sopClassUID, sopClass)
    header.set(.sopInstanceUID, UID("2.25.\(study)\(series)\(instance)9"))
    header.set(.studyInstanceUID, UID("2.25.\(study)"))
    header.set(.seriesInstanceUID, UID("2.25.\(study)\(series)"))
    header.set(.patientName, .PN, patient == "P1" ? "Müller^Anna" : "Other^Name")
    header.set(.patientID, .LO, patient)
    header.set(.studyDate, .DA, "20260131")
    header.set(.studyTime, .TM, "101112")
    header.set(.studyID, .SH, "S\(study)")
    header.set(.accessionNumber, .SH, "A\(study)")
    header.set(.studyDescription, .LO, "CT of the head")
    header.set(.modality, .CS, "CT")
    header.set(.seriesNumber, .IS, "\(series)")
    header.set(.instanceNumber, .IS, "\(instance)")
    return header
  }

  static func object(_ header: DataSet) -> FileSetObject {
    FileSetObject(header: header, transferSyntax: TransferSyntax.explicitVRLittleEndian.uid)
  }

  /// Two patients, three studies, seven images.
  static func builder() throws -> FileSetBuilder {
    var builder = FileSetBuilder(fileSetID: "TEST")
    for (patient, study, series, count) in [("P1", 1, 1, 2), ("P1", 1, 2, 2), ("P1", 2, 1, 1), ("P2", 3, 1, 2)] {
      for instance in 1...count {
        _ = try builder.add(
          object(header(patient: patient, study: study, series: series, instance: instance)))
      }
    }
    return builder
  }

  /// Replaces four bytes.
  static func patch(_ bytes: [UInt8], at offset: Int, _ number: UInt32) -> [UInt8] {
    var copy = bytes
    withUnsafeBytes(of: number.littleEndian) { copy.replaceSubrange(offset..<offset + 4, with: $0) }
    return copy
  }

  /// Where the value of an element of implicit place stands: behind the n-th occurrence of its tag.
  static func value(of tag: Tag, _ number: Int = 0, in bytes: [UInt8]) -> Int? {
    let pattern: [UInt8] = [
      UInt8(tag.group & 0xFF), UInt8(tag.group >> 8), UInt8(tag.element & 0xFF), UInt8(tag.element >> 8),
      UInt8(ascii: "U"), UInt8(ascii: "L"), 4, 0,
    ]
    var left = number
    for offset in 0..<bytes.count - 12 where bytes[offset] == pattern[0] && bytes[offset + 2] == pattern[2] {
      guard Array(bytes[offset..<offset + 8]) == pattern else { continue }
      if left == 0 { return offset + 8 }
      left -= 1
    }
    return nil
  }
}
