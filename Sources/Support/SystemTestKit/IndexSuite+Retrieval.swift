// SPDX-License-Identifier: Apache-2.0

import Archive
import DICOMCore
import DICOMDictionary

extension IndexSuite {
  static let retrieval: [Case] = [
    Case("selections narrow by every unique key") { index in
      try add(
        index, RecordBuilder(1, 1, 1).of("A", "P1"), RecordBuilder(1, 1, 2).of("A", "P1"),
        RecordBuilder(1, 2, 1).of("A", "P1"), RecordBuilder(2, 1, 1).of("A", "P1"), RecordBuilder(3, 1, 1).of("B", "P2")
      )
      func selected(_ selection: InstanceSelection) throws -> [String] {
        try index.instances(selection).map(\.identity.instance.rawValue)
      }
      try expect(selected(InstanceSelection(patientID: "P2")), ["1.2.3.1.1"])
      try expect(selected(InstanceSelection(patientID: "P")), [])
      try expect(selected(InstanceSelection(studies: ["1.2.1"])), ["1.2.1.1.1", "1.2.1.1.2", "1.2.1.2.1"])
      try expect(selected(InstanceSelection(studies: ["1.2.2", "1.2.3"])), ["1.2.2.1.1", "1.2.3.1.1"])
      try expect(selected(InstanceSelection(patientID: "P2", studies: ["1.2.1"])), [])
      try expect(selected(InstanceSelection(studies: ["1.2.1"], series: ["1.2.1.2"])), ["1.2.1.2.1"])
      try expect(selected(InstanceSelection(series: ["1.2.1.2", "1.2.2.1"])), ["1.2.1.2.1", "1.2.2.1.1"])
      try expect(selected(InstanceSelection(instances: ["1.2.1.1.2", "9.9"])), ["1.2.1.1.2"])
    },
    Case("instances stand in the order of series and instance numbers, those without a number last") { index in
      func numbered(_ builder: RecordBuilder, _ series: String, _ number: String) -> RecordBuilder {
        builder.with(.seriesNumber, .IS, series).with(.instanceNumber, .IS, number)
      }
      try add(
        index, numbered(RecordBuilder(1, 1, 1), "10", "1"), numbered(RecordBuilder(1, 2, 1), "2", "10"),
        numbered(RecordBuilder(1, 2, 2), "2", "9"), numbered(RecordBuilder(1, 2, 3), "2", ""),
        numbered(RecordBuilder(1, 2, 4), "2", "-1"))
      let expected = ["1.2.1.2.4", "1.2.1.2.2", "1.2.1.2.1", "1.2.1.2.3", "1.2.1.1.1"]
      try expect(
        index.instances(InstanceSelection(studies: ["1.2.1"])).map(\.identity.instance.rawValue), expected)
      try expect(index.attributes(ofStudy: "1.2.1").map(\.instance.identity.instance.rawValue), expected)
    },
    Case("many UIDs may be selected at once") { index in
      try add(index, RecordBuilder(1, 1, 1), RecordBuilder(1, 1, 2))
      let uids = (1...5000).map { UID("1.2.1.1.\($0)") }
      try expect(index.instances(InstanceSelection(instances: uids)).count, 2)
    },
    Case("a study's attributes hold all levels of each instance") { index in
      var code = DataSet(inheritedCharacterSet: .utf8)
      code.set(.codeMeaning, .LO, "Größe")
      try add(
        index,
        RecordBuilder(1, 1, 1).of("MÜLLER^ÄNNE", "P1").with(.studyDescription, .LO, "KOPF").with(
          .procedureCodeSequence, items: [code]),
        RecordBuilder(1, 1, 2).of("MÜLLER^ÄNNE", "P1").with(.windowCenter, .DS, "40", "80"), RecordBuilder(2))
      let attributes = try index.attributes(ofStudy: "1.2.1").map(\.attributes)
      try expect(attributes.count, 2)
      for one in attributes {
        try expect(one.string(.patientName), "MÜLLER^ÄNNE")
        try expect(one.string(.studyDescription), "KOPF")
        try expect(one.string(.modality), "CT")
        try expect(one.items(.procedureCodeSequence).first?.string(.codeMeaning), "Größe")
      }
      try expect(attributes.map { $0.doubles(.windowCenter) }, [nil, [40, 80]])
      try expect(attributes.map { $0.string(.instanceNumber) }, ["1", "2"])
    },
  ]
}
