// SPDX-License-Identifier: Apache-2.0

import DICOMCore
import DICOMDictionary
import DICOMServices
public import Radiology

/// What every `PerformedStepList` has to do.
public enum PerformedStepListSuite {
  public typealias Case = ConformanceCase<any PerformedStepList>

  private struct Stop: Error {}

  public static let cases: [Case] = [
    Case("keeps a step as it was told") { list in
      let record = try step("1.2.1")
      try expect(try list.add(record), true)
      try expect(try list.record("1.2.1"), record)
      try expect(try list.record("1.2.2"), nil)
    },
    Case("refuses an instance that is known") { list in
      try expect(try list.add(try step("1.2.1")), true)
      var other = try step("1.2.1")
      other.source = "OTHER"
      try expect(try list.add(other), false)
      try expect(try list.record("1.2.1")?.source, "CT1")
    },
    Case("changes a step, or leaves it as it was") { list in
      _ = try list.add(try step("1.2.1"))
      let value = try list.change("1.2.1") { record in
        record.discrepancies = [PerformedStepDiscrepancy(.patient, "other")]
        record.order = 7
        record.changedAt = 50
        return 42
      }
      try expect(value, 42)
      let changed = try list.record("1.2.1")
      try expect(changed?.order, 7)
      try expect(changed?.discrepancies.map(\.kind), [.patient])
      do {
        try list.change("1.2.1") { record in
          record.order = 8
          throw Stop()
        }
        throw ConformanceFailure("an error was not passed on")
      } catch is Stop {}
      try expect(try list.record("1.2.1"), changed)
      try expect(try list.change("1.2.9") { _ in 1 }, nil)
    },
    Case("lists by study, order, state and discrepancy, newest first") { list in
      for number in 1...4 {
        var record = try step(UID("1.2.\(number)"), study: number == 2 ? "9.9" : "8.8")
        if number == 3 { record.discrepancies = [PerformedStepDiscrepancy(.noOrder, "none")] }
        if number == 4 { record.order = 5 }
        _ = try list.add(record)
      }
      func found(_ set: (inout PerformedStepQuery) -> Void) throws -> [String] {
        var query = PerformedStepQuery()
        set(&query)
        return try list.records(query).map(\.sopInstance.rawValue)
      }
      try expect(try found { _ in }, ["1.2.4", "1.2.3", "1.2.2", "1.2.1"])
      try expect(try found { $0.study = "9.9" }, ["1.2.2"])
      try expect(try found { $0.order = 5 }, ["1.2.4"])
      try expect(try found { $0.isDiscrepant = true }, ["1.2.3"])
      try expect(try found { $0.state = .completed }, [])
      try expect(
        try found {
          $0.offset = 1
          $0.limit = 2
        }, ["1.2.3", "1.2.2"])
    },
    Case("knows which steps made an object") { list in
      _ = try list.add(try step("1.2.1"))
      try list.change("1.2.1") { record in
        var series = DataSet()
        series.set(.seriesInstanceUID, "1.5")
        series.set(
          .referencedImageSequence,
          items: [SOPReference(sopClass: "1.2.840.10008.5.1.4.1.1.2", sopInstance: "1.5.1").item])
        var attributes = record.step.attributes
        attributes.set(.performedSeriesSequence, items: [series])
        record.step = PerformedProcedureStep(attributes: attributes, state: .inProgress)
      }
      try expect(try list.steps(thatMade: "1.5.1"), ["1.2.1"])
      try expect(try list.steps(thatMade: "1.5.2"), [])
    },
  ]

  private static func step(_ instance: UID, study: String = "8.8") throws -> PerformedStepRecord {
    var attributes = DataSet(inheritedCharacterSet: .default)
    attributes.set(.specificCharacterSet, .CS, "ISO_IR 100")
    attributes.set(.modality, .CS, "CT")
    attributes.set(.patientName, .PN, "MÜLLER^EVA")
    return PerformedStepRecord(
      sopInstance: instance, step: PerformedProcedureStep(attributes: attributes, state: .inProgress), source: "CT1",
      createdAt: 10, changedAt: 20, study: study)
  }
}
