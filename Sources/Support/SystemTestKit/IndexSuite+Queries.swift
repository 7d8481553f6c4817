// SPDX-License-Identifier: Apache-2.0

import Archive
import DICOMCore
import DICOMDictionary

extension IndexSuite {
  private static func identifier(_ tag: Tag, _ vr: VR, _ values: [String]) -> DataSet {
    var identifier = DataSet(inheritedCharacterSet: .utf8)
    identifier.set(tag, vr, values)
    return identifier
  }

  /// Five studies of four patients.
  private static func fill(_ index: any InstanceIndex) throws {
    func study(_ number: Int, _ date: String, _ time: String) -> RecordBuilder {
      RecordBuilder(number).with(.studyDate, .DA, date).with(.studyTime, .TM, time)
        .with(.accessionNumber, .SH, "A\(number)").with(.studyID, .SH, "S*\(number)")
    }
    var request = DataSet(inheritedCharacterSet: .utf8)
    request.set(.requestedProcedureID, .SH, "RP1")
    request.set(.scheduledProcedureStepID, .SH, "SPS1")
    try add(
      index,
      study(1, "20200131", "101500").of("DOE^JOHN", "P1").with(.patientBirthDate, .DA, "19600101")
        .with(.referringPhysicianName, .PN, "HOUSE^GREGORY"),
      study(2, "20200201", "235959.5").of("Doe^Jane^M", "P2").with(.modality, .CS, "MR")
        .with(.requestAttributesSequence, items: [request]),
      study(3, "20210615", "0800").of("Müller^Änne", "P3").with(.patientSex, .CS, "F")
        .with(.studyDescription, .LO, "Thorax p.a."),
      study(4, "", "").of("Yamada^Tarou=山田^太郎=やまだ^たろう", "P4"),
      study(5, "20220101", "12").of("DOE^JOHN", "P1").with(.modality, .CS, "MR"),
      RecordBuilder(5, 2).of("DOE^JOHN", "P1").with(.seriesDate, .DA, "20220102").with(
        \.sopClass, "1.2.840.10008.5.1.4.1.1.4"))
  }

  /// Key, VR, values, and the studies that match, newest first.
  private static let table: [(Tag, VR, [String], [Int])] = [
    // Universal and wildcard matching of everything.
    (.patientID, .LO, [], [5, 3, 2, 1, 4]), (.accessionNumber, .SH, ["*"], [5, 3, 2, 1, 4]),
    // Single value, with regard to case but in names.
    (.patientID, .LO, ["P1"], [5, 1]), (.patientID, .LO, ["p1"], []), (.accessionNumber, .SH, ["A3"], [3]),
    (.patientName, .PN, ["doe^john"], [5, 1]), (.patientName, .PN, ["DOE^JOHN^^"], [5, 1]),
    (.patientName, .PN, ["DOE"], []), (.patientSex, .CS, ["F"], [3]),
    // Wildcards.
    (.patientName, .PN, ["DOE*"], [5, 2, 1]), (.patientName, .PN, ["doe^j?ne*"], [2]),
    (.patientName, .PN, ["*an*"], [2]),
    (.patientName, .PN, ["DOE^JOHN^*"], [5, 1]), (.accessionNumber, .SH, ["A?"], [5, 3, 2, 1, 4]),
    (.accessionNumber, .SH, ["?"], []), (.studyDescription, .LO, ["Thor*"], [3]),
    (.studyDescription, .LO, ["*p.a."], [3]),
    (.studyID, .SH, ["S?3"], [3]),
    // Component groups.
    (.patientName, .PN, ["山田*"], [4]), (.patientName, .PN, ["=山田*"], [4]), (.patientName, .PN, ["yamada*=*=やまだ*"], [4]),
    (.patientName, .PN, ["=yamada*"], []), (.patientName, .PN, ["müller^*"], [3]),
    (.patientName, .PN, ["MÜLLER*"], [3]),
    // Lists.
    (.studyInstanceUID, .UI, ["1.2.1", "1.2.3", "1.2.99"], [3, 1]), (.patientID, .LO, ["P2", "P3"], [3, 2]),
    // Ranges.
    (.studyDate, .DA, ["20200131"], [1]), (.studyDate, .DA, ["20200131-20210615"], [3, 2, 1]),
    (.studyDate, .DA, ["-20200201"], [2, 1]), (.studyDate, .DA, ["20200201-"], [5, 3, 2]),
    (.studyTime, .TM, ["1000-1100"], [1]), (.studyTime, .TM, ["0800"], [3]), (.studyTime, .TM, ["12"], [5]),
    (.studyTime, .TM, ["-080000"], [3]), (.studyTime, .TM, ["2359-"], [2]),
    (.patientBirthDate, .DA, ["19600101"], [5, 1]),
    // Computed keys.
    (.modalitiesInStudy, .CS, ["MR"], [5, 2]), (.modalitiesInStudy, .CS, ["MR", "CT"], [5, 3, 2, 1, 4]),
    (.modalitiesInStudy, .CS, ["M*"], [5, 2]), (.sopClassesInStudy, .UI, ["1.2.840.10008.5.1.4.1.1.4"], [5]),
    (.numberOfStudyRelatedSeries, .IS, ["2"], [5]), (.numberOfPatientRelatedStudies, .IS, ["02"], [5, 1]),
    // Other attributes, other levels, and what is not indexed.
    (.referringPhysicianName, .PN, ["house*"], [1]), (.referringPhysicianName, .PN, ["*"], [5, 3, 2, 1, 4]),
    (.seriesInstanceUID, .UI, ["1.2.1.1"], [5, 3, 2, 1, 4]), (.deviceUID, .UI, ["1"], [5, 3, 2, 1, 4]),
  ]

  static let queries: [Case] =
    table.map { tag, vr, values, expected in
      Case("studies with \(tag) \(vr) \(values.joined(separator: "\\"))") { index in
        try fill(index)
        let query = IndexQuery(level: .study, identifier: identifier(tag, vr, values))
        try expect(index.answers(query).compactMap { $0.string(.accessionNumber) }, expected.map { "A\($0)" })
        try expect(index.count(query), expected.count, "count")
      }
    } + [
      Case("keys are joined by and, over the levels above too") { index in
        try fill(index)
        var identifier = identifier(.patientName, .PN, ["DOE*"])
        identifier.set(.modality, .CS, "MR")
        let answers = try index.answers(IndexQuery(level: .series, identifier: identifier))
        try expect(answers.map { $0.string(.seriesInstanceUID) }, ["1.2.5.1", "1.2.2.1"])
      },
      Case("sequences match where one item has all keys") { index in
        try fill(index)
        for (procedure, step, expected) in [("RP1", "SPS1", 1), ("RP1", "SPS2", 0), ("R*", "", 1), ("", "", 6)] {
          var item = identifier(.requestedProcedureID, .SH, [procedure])
          item.set(.scheduledProcedureStepID, .SH, step)
          var identifier = DataSet(inheritedCharacterSet: .utf8)
          identifier.set(.requestAttributesSequence, items: [item])
          try expect(index.count(IndexQuery(level: .series, identifier: identifier)), expected, procedure + step)
        }
      },
      Case("fuzzy names disregard accents, case and order, and take what sounds alike") { index in
        try fill(index)
        for (name, expected) in [
          ("muller", ["A3"]), ("anne muller", ["A3"]), ("joh do", ["A5", "A1"]), ("MILLER", ["A3"]),
          ("john*", ["A5", "A2", "A1"]),
          ("山田", ["A4"]), ("smith", []),
        ] {
          let query = IndexQuery(level: .study, identifier: identifier(.patientName, .PN, [name]), fuzzyNames: true)
          try expect(index.answers(query).compactMap { $0.string(.accessionNumber) }, expected, name)
          try expect(index.count(query), expected.count, name)
        }
      },
      Case("all names of a patient and the physicians of a study are searched") { index in
        try fill(index)
        try add(
          index,
          RecordBuilder(6).of("NEW^ANN", "P6").with(.accessionNumber, .SH, "A6")
            .with(.otherPatientNames, .PN, "OLD^ANN", "ÄLTER^ANN").with(
              .nameOfPhysiciansReadingStudy, .PN, "READER^R", "Second^S"))
        for (tag, value, fuzzy, expected) in [
          (Tag.otherPatientNames, "älter*", false, ["A6"]), (.otherPatientNames, "alter", true, ["A6"]),
          (.otherPatientNames, "new*", false, []), (.nameOfPhysiciansReadingStudy, "SECOND^S", false, ["A6"]),
          (.nameOfPhysiciansReadingStudy, "*ead*", false, ["A6"]), (.patientName, "*ew^an*", false, ["A6"]),
        ] {
          let query = IndexQuery(level: .study, identifier: identifier(tag, .PN, [value]), fuzzyNames: fuzzy)
          try expect(index.answers(query).compactMap { $0.string(.accessionNumber) }, expected, value)
          try expect(index.count(query), expected.count, value)
        }
      },
      Case("regions of the series are regions of the study") { index in
        func region(_ code: String) -> DataSet { identifier(.codeValue, .SH, [code]) }
        func series(_ number: Int, _ codes: String...) -> RecordBuilder {
          RecordBuilder(1, number).with(.anatomicRegionSequence, items: codes.map(region))
        }
        try add(index, series(1, "T-1"), series(2, "T-1", "T-2"), RecordBuilder(2))
        try add(index, series(3, "T-3"))
        for (code, expected) in [("T-1", 1), ("T-2", 1), ("T-3", 1), ("T-4", 0)] {
          var identifier = DataSet(inheritedCharacterSet: .utf8)
          identifier.set(.anatomicRegionsInStudyCodeSequence, items: [region(code)])
          let answers = try index.answers(IndexQuery(level: .study, identifier: identifier))
          try expect(answers.count, expected, code)
          if let answer = answers.first {
            try expect(
              answer.items(.anatomicRegionsInStudyCodeSequence).map { $0.string(.codeValue) }, ["T-1", "T-2", "T-3"])
          }
        }
      },
      Case("instances match by their own keys") { index in
        try fill(index)
        for (tag, vr, value, expected) in [
          (Tag.sopInstanceUID, VR.UI, "1.2.3.1.1", 1), (.sopClassUID, .UI, "1.2.840.10008.5.1.4.1.1.4", 1),
          (.instanceNumber, .IS, "1", 6), (.instanceNumber, .IS, "2", 0), (.seriesNumber, .IS, "2", 1),
          (.availableTransferSyntaxUID, .UI, "1.2.840.10008.1.2.1", 6), (.seriesDate, .DA, "2022010-", 0),
          (.seriesDate, .DA, "20220102", 1), (.sopInstanceUID, .UI, "1.2", 0),
        ] {
          try expect(
            index.count(IndexQuery(level: .instance, identifier: identifier(tag, vr, [value]))), expected,
            "\(tag) \(value)")
        }
      },
      Case("pages follow each other, whether or not columns say all") { index in
        try add(index, RecordBuilder(9).of("Z", "Z"))
        for number in 1...40 {
          try add(
            index, RecordBuilder(1, 1, number).with(.imageComments, .LT, number % 2 == 0 ? "even" : "odd").of("A", "A"))
        }
        for (tag, vr, value, total) in [(Tag.patientID, VR.LO, "A", 40), (.imageComments, .LT, "e*n", 20)] {
          var query = IndexQuery(level: .instance, identifier: identifier(tag, vr, [value]))
          let all = try index.answers(query).compactMap { $0.string(.sopInstanceUID) }
          try expect(all.count, total)
          query.limit = 7
          var pages: [String] = []
          while true {
            query.offset = pages.count
            let page = try index.answers(query).compactMap { $0.string(.sopInstanceUID) }
            if page.isEmpty { break }
            pages += page
          }
          try expect(pages, all)
          query.limit = 0
          try expect(index.answers(query).count, 0)
          try expect(index.count(query), total)
        }
      },
      Case("finding stops when told to, and may ask the index in between") { index in
        try fill(index)
        var seen = 0
        try index.find(IndexQuery(level: .study)) { answer in
          seen += 1
          try expect(index.instances(InstanceSelection(studies: [answer.uid(.studyInstanceUID) ?? ""])).isEmpty, false)
          return seen < 2
        }
        try expect(seen, 2)
      },
      Case("a patient's answer holds the patient's level only") { index in
        try fill(index)
        let answers = try index.answers(IndexQuery(level: .patient, identifier: identifier(.patientID, .LO, ["P1"])))
        try expect(answers.count, 1)
        try expect(answers[0].string(.numberOfPatientRelatedStudies), "2")
        try expect(answers[0].string(.studyInstanceUID), nil)
        try expect(answers[0].string(.patientBirthDate), "19600101")
      },
    ]
}
