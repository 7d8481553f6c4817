// SPDX-License-Identifier: Apache-2.0

import DICOMCore
import DICOMDictionary
import DICOMFile

extension Validation {
  /// What reading passed over.
  mutating func checkEncoding(_ file: Part10File) {
    for finding in file.findings {
      report(
        .encoding, finding.leniency == .missingPreamble ? .warning : .error, nil, clause: "PS3.5 7",
        "\(finding.leniency.sentence) (byte \(finding.offset)\(finding.path.isEmpty ? "" : ", \(finding.path)")).")
    }
  }

  /// File Meta Information (PS3.10 §7.1): complete, and about this data set.
  mutating func checkFileMetaInformation(_ file: Part10File) {
    let meta = file.fileMetaInformation
    let clause = "PS3.10 7.1"
    if meta.isEmpty { return }
    let characterSet = SpecificCharacterSet.default
    let required: [Tag] = [
      .fileMetaInformationGroupLength, .fileMetaInformationVersion, .mediaStorageSOPClassUID,
      .mediaStorageSOPInstanceUID, .transferSyntaxUID, .implementationClassUID,
    ]
    for tag in required {
      if meta[tag] == nil {
        report(
          .missingAttribute, .error, tag, clause: clause, "\(Self.label(tag)) is absent from the File Meta Information."
        )
      } else if meta[tag]?.isEmpty == true {
        report(.emptyAttribute, .error, tag, clause: clause, "\(Self.label(tag)) has no value.")
      }
    }
    for element in meta.elements { checkElement(element, meta, characterSet: characterSet) }
    if let version = meta.bytes(.fileMetaInformationVersion), version.array != [0, 1] {
      report(
        .fileMetaInformation, .warning, .fileMetaInformationVersion, clause: clause,
        "The version is not 0001H, the only one there is.")
    }
    let pairs: [(Tag, Tag)] = [
      (.mediaStorageSOPClassUID, .sopClassUID), (.mediaStorageSOPInstanceUID, .sopInstanceUID),
    ]
    for (tag, other) in pairs {
      guard let stated = meta.uid(tag) else { continue }
      if let real = file.dataSet.uid(other) {
        if stated != real {
          report(
            .fileMetaInformation, .error, tag, clause: clause,
            "\(Self.label(tag)) is \(stated), \(Self.label(other)) of the data set \(real).")
        }
      } else if meta.uid(.mediaStorageSOPClassUID) != .mediaStorageDirectoryStorage {
        report(
          .fileMetaInformation, .error, tag, clause: clause,
          "\(Self.label(tag)) is there, but the data set has no \(Self.label(other)).")
      }
    }
  }

  /// Group lengths are the bytes from behind them to the end of their group (PS3.5 §7.2).
  mutating func checkGroupLengths(_ file: Part10File) {
    let encoding = EncodedLength(isExplicitVR: file.transferSyntax.isExplicitVR)
    check(file.fileMetaInformation, EncodedLength(isExplicitVR: true))
    guard !file.findings.contains(where: { $0.leniency == .wrongTransferSyntax }) else { return }
    check(file.dataSet, encoding)
  }

  private mutating func check(_ dataSet: DataSet, _ encoding: EncodedLength) {
    for element in dataSet.elements where element.tag.isGroupLength {
      guard let stated = dataSet.integer(element.tag) else { continue }
      let members = dataSet.elements.filter { $0.tag.group == element.tag.group && !$0.tag.isGroupLength }
      let real = members.reduce(0) { $0 + encoding.length($1) }
      if stated != real {
        report(
          .groupLength, .warning, element.tag, clause: "PS3.5 7.2",
          "The group has \(real) bytes; its group length says \(stated).")
      }
    }
  }
}

extension Leniency {
  /// What was found, for people.
  fileprivate var sentence: String {
    switch self {
    case .missingPreamble: "There is no preamble with DICM"
    case .missingMetaInformation: "There is no File Meta Information with a transfer syntax"
    case .wrongMetaGroupLength: "The group length of the File Meta Information is absent or wrong"
    case .wrongTransferSyntax: "The data set is not encoded as its transfer syntax says"
    case .unknownVR: "An element has a VR that does not exist"
    case .wrongVR: "A value cannot be what its VR says"
    case .implicitElement: "An element of an explicit VR data set has no VR"
    case .shortLength: "The length has 16 bits where 32 belong"
    case .reservedBytes: "The reserved bytes behind the VR are not zero"
    case .oddLength: "A value has an odd length"
    case .truncatedValue: "The bytes end within a value"
    case .truncatedDataSet: "The bytes end within the data set"
    case .missingDelimiter: "A sequence or item does not end with its delimiter"
    case .unexpectedDelimiter: "A delimiter or item stands where none belongs"
    case .lengthBeyondEnclosing: "Something is longer than what encloses it"
    case .unorderedTags: "Tags do not ascend"
    case .duplicateTag: "A tag stands twice in one data set"
    case .trailingGarbage: "Bytes that are no elements end the data set"
    case .wrongCharacterSet: "Specific Character Set has a term that is not defined"
    case .undeclaredCharacters: "A text has bytes beyond the declared character set"
    case .undecodableText: "A text cannot be decoded in the declared character set"
    case .valueNotKept: "A value was too long to be read"
    }
  }
}
