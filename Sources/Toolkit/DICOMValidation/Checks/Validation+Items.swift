// SPDX-License-Identifier: Apache-2.0

import DICOMCore
import DICOMDictionary

extension Validation {
  /// Rules for an item by the kind of macro that it is.
  mutating func checkItem(_ item: DataSet, in sequence: Tag) {
    if item[.codingSchemeDesignator] != nil { checkCode(item, in: sequence) }
    if sequence == .directoryRecordSequence { checkDirectoryRecord(item) }
  }

  /// The code sequence macro (PS3.3 §8.8).
  private mutating func checkCode(_ item: DataSet, in sequence: Tag) {
    guard let scheme = item.string(.codingSchemeDesignator) else { return }
    if ["SRT", "SNM3", "99SDM"].contains(scheme) {
      report(
        .codingScheme, .warning, .codingSchemeDesignator, clause: "PS3.16 8",
        "Coding scheme \(scheme) is retired; SNOMED CT is SCT.")
    }
    if sequence == .measurementUnitsCodeSequence, scheme != "UCUM" {
      report(
        .codingScheme, .warning, .codingSchemeDesignator, clause: "PS3.3 C.18.1", "Units are coded in UCUM, not \(scheme).")
    }
  }

  /// Sequences that have one item at most.
  mutating func checkItemCount(_ element: DataElement, _ count: Int, _ uses: [Use], _ parent: Tag?) {
    guard count > 1, ItemCountTable.single.contains(element.tag) else { return }
    report(
      .itemCount, .error, element.tag, module: uses.first?.module,
      "\(Self.label(element.tag)) has \(count) items; the standard allows one.")
  }
}
