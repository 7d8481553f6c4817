// SPDX-License-Identifier: Apache-2.0

import DICOMCore
import DICOMDictionary

/// A column of the table that `extract` writes.
struct ExtractColumn: Sendable {
  enum Source: Sendable {
    case file, size
    case attribute(AttributePath)
  }

  let name: String
  let source: Source

  /// What names an object and the image in it.
  static let standard = [
    "SOPClassUID", "SOPInstanceUID", "StudyInstanceUID", "SeriesInstanceUID", "TransferSyntaxUID", "PatientID",
    "PatientName", "PatientBirthDate", "PatientSex", "AccessionNumber", "StudyDate", "StudyTime", "StudyDescription",
    "Modality", "SeriesNumber", "SeriesDescription", "InstanceNumber", "NumberOfFrames", "Rows", "Columns",
  ]

  /// The file, its size, then the attributes; each once.
  static func all(_ attributes: [String]) throws(AttributePathError) -> [ExtractColumn] {
    var columns = [ExtractColumn(name: "file", source: .file), ExtractColumn(name: "size", source: .size)]
    for text in attributes {
      let path = try AttributePath(text)
      let name = path.keywords
      // SQLite does not tell names apart by case.
      guard !columns.contains(where: { $0.name.lowercased() == name.lowercased() }) else { continue }
      columns.append(ExtractColumn(name: name, source: .attribute(path)))
    }
    return columns
  }
}

/// What stands in a row under a column.
struct ExtractCell: Sendable {
  let texts: [String]
  /// The texts are decimal numbers, unless the file says otherwise.
  let isNumber: Bool

  static let absent = ExtractCell(texts: [], isNumber: false)

  var isAbsent: Bool { texts.isEmpty }
}
