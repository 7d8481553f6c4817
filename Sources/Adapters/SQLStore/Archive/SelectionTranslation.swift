// SPDX-License-Identifier: Apache-2.0

import Archive
import DICOMCore
import SQLInterface

/// Unique keys as SQL.
enum SelectionTranslation {
  /// Long lists are asked in parts, because engines limit the parameters of a statement.
  static let partSize = 1000

  /// Parts the longest list; the others stay whole in each part.
  static func parts(_ selection: InstanceSelection) -> [InstanceSelection] {
    func parted(_ list: WritableKeyPath<InstanceSelection, [UID]>) -> [InstanceSelection] {
      let uids = selection[keyPath: list]
      return stride(from: 0, to: uids.count, by: partSize).map { start in
        var part = selection
        part[keyPath: list] = Array(uids[start..<min(start + partSize, uids.count)])
        return part
      }
    }
    let longest = max(selection.studies.count, selection.series.count, selection.instances.count)
    if longest <= partSize { return [selection] }
    if selection.instances.count == longest { return parted(\.instances) }
    return selection.series.count == longest ? parted(\.series) : parted(\.studies)
  }

  static func condition(_ selection: InstanceSelection) -> SQLFragment {
    var conditions: [SQLFragment] = []
    if let patientID = selection.patientID { conditions.append(SQLFragment("p.patient_id = ?", [.text(patientID)])) }
    for (column, uids) in [
      ("s.uid", selection.studies), ("e.uid", selection.series), ("i.uid", selection.instances),
    ] where !uids.isEmpty {
      conditions.append(.isIn(column, uids.map { .text($0.rawValue) }))
    }
    return conditions.isEmpty ? SQLFragment("1 = 1") : .joined(conditions, by: "AND")
  }
}
