// SPDX-License-Identifier: Apache-2.0

import DICOMCore
import DICOMDictionary

extension Validation {
  /// Checks an element against the data dictionary, and its value against its VR.
  mutating func checkElement(_ element: DataElement, _ dataSet: DataSet, characterSet: SpecificCharacterSet) {
    let tag = element.tag
    if tag.isPrivate {
      checkPrivate(element, dataSet)
    } else if tag.isGroupLength {
      if tag.group != 0x0002, tag.group != 0x0000 {
        report(.retiredAttribute, .warning, tag, clause: "PS3.5 7.2", "Group lengths are retired.")
      }
    } else if let entry = DataDictionary.entry(for: tag) {
      check(element, dataSet, entry)
    } else {
      report(.unknownAttribute, .warning, tag, clause: "PS3.6 6", "\(tag) stands in no dictionary of the standard.")
    }
    for problem in ValueRules.problems(element, characterSet: characterSet) {
      report(
        problem.kind, problem.severity, tag, clause: Self.clause(problem.kind), problem.text)
    }
    if tag == .specificCharacterSet, !Self.isDefined(characterSet) {
      report(
        .characterSet, .error, tag, clause: "PS3.3 C.12.1.1.2",
        "\(quoted(characterSet.terms.joined(separator: "\\").utf8)) is none of the defined terms."
      )
    }
  }

  /// Readers accept misspelt terms; the standard does not.
  private static func isDefined(_ set: SpecificCharacterSet) -> Bool {
    set.isKnown
      && set.terms.allSatisfy {
        $0.isEmpty || $0.hasPrefix("ISO_IR ") || $0.hasPrefix("ISO 2022 IR ") || $0 == "GB18030" || $0 == "GBK"
      }
  }

  private static func clause(_ kind: ValidationKind) -> String {
    switch kind {
    case .personNameForm: "PS3.5 6.2.1"
    case .uid: "PS3.5 9"
    case .characterSet: "PS3.5 6.1"
    default: "PS3.5 6.2"
    }
  }

  private mutating func check(_ element: DataElement, _ dataSet: DataSet, _ entry: DictionaryEntry) {
    let name = Self.label(element.tag)
    if entry.isRetired {
      report(.retiredAttribute, .warning, element.tag, clause: "PS3.6 6", "\(name) is retired.")
    }
    if !entry.vrs.contains(element.vr), !entry.vrs.isEmpty {
      let isUnknown = element.vr == .UN
      report(
        .wrongVR, isUnknown ? .warning : .error, element.tag, clause: "PS3.6 6",
        "\(name) is \(element.vr.name) here and \(entry.vrs.map(\.name).joined(separator: " or ")) in the dictionary.")
      return
    }
    checkRange(element, dataSet)
    guard let count = Self.valueCount(element), count > 0 else { return }
    if let multiplicity = Multiplicity(entry.vm), !multiplicity.allows(count) {
      report(
        .wrongMultiplicity, .error, element.tag, clause: "PS3.6 6",
        "\(name) has \(count) value\(count == 1 ? "" : "s"); the dictionary says \(entry.vm).")
    }
  }

  /// Number of values; nil where a VR has no multiplicity or the value holds items.
  private static func valueCount(_ element: DataElement) -> Int? {
    guard let bytes = element.bytes else { return nil }
    switch element.vr {
    case .AT: return bytes.count / 4
    case .FL, .FD, .SL, .SS, .SV, .UL, .US, .UV: return bytes.count / element.vr.unitSize
    case _ where element.vr.isMultiValued:
      if bytes.isEmpty { return 0 }
      return bytes.withUnsafeBytes { buffer in buffer.reduce(1) { $0 + ($1 == 0x5C ? 1 : 0) } }
    default: return nil
    }
  }

  private mutating func checkPrivate(_ element: DataElement, _ dataSet: DataSet) {
    let tag = element.tag
    if tag.isGroupLength {
      report(.retiredAttribute, .warning, tag, clause: "PS3.5 7.2", "Group lengths are retired.")
      return
    }
    if tag.isPrivateCreator {
      if element.isEmpty {
        report(.privateCreator, .error, tag, clause: "PS3.5 7.8.1", "\(tag) reserves a block for nobody: it is empty.")
      }
      return
    }
    if tag.element < 0x0010 {
      report(
        .privateCreator, .error, tag, clause: "PS3.5 7.8.1",
        "\(tag) is below (gggg,0010), where private elements begin.")
      return
    }
    let creator = Tag(tag.group, tag.element >> 8)
    if tag.element < 0x1000 || dataSet[creator] == nil {
      report(.privateCreator, .warning, tag, clause: "PS3.5 7.8.1", "No private creator reserves \(tag).")
    }
  }
}
