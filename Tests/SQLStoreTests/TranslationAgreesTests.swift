// SPDX-License-Identifier: Apache-2.0

import Archive
import DICOMCore
import DICOMDictionary
import DICOMServices
import SQLStore
import SQLTestKit
import SystemTestKit
import Testing

/// What SQL says of a key must be what the matcher says.
@Suite struct TranslationAgreesTests {
  private static let values: [VR: [String]] = [
    .PN: [
      "SMITH*", "smith0^john", "*^anna", "M?LLER0^*", "müller*", "=山田*", "*=山田*", "yamada*", "kim0^p*^*", "*an*",
      "O'N*",
      "x", "[a-z]*", "smith0^john\\kim*", "^", "Doctor1*", "DOCTOR17^A", "?octor2^a",
    ],
    .LO: [
      "P1000007", "P10000?7", "P*7", "*", "p1000007", "Thorax", "Thorax*", "*contrast", "*o*",
      "P1000007\\P1000008",
    ],
    .SH: ["ACC9000007", "ACC900*7", "acc*", "7", "7*", "?", "12\\13"], .CS: ["CT", "MR\\US", "C*", "F", "M", "?T"],
    .DA: ["20220101-20220630", "-20211231", "20230101-", "20220315", "2022*", "19270812\\19280812", "20220101-x"],
    .TM: ["0030", "00-0330", "1030-", "-2300", "233015.25", "2330\\01", "bad"],
    .IS: [
      "1", "01", "2", "1.5", "x",
      "1\\2",
    ],
    .UI: ["1.2.7", "1.2.7\\1.2.9.1", "1.2.7.1.1", "1.2.*", "1.2.840.10008.5.1.4.1.1.2", "9"],
  ]

  private static let keys: [(DICOMCore.Tag, VR)] = [
    (.patientName, .PN), (.referringPhysicianName, .PN), (.patientID, .LO), (.studyDescription, .LO),
    (.seriesDescription, .LO), (.accessionNumber, .SH), (.studyID, .SH), (.modality, .CS), (.patientSex, .CS),
    (.modalitiesInStudy, .CS), (.studyDate, .DA), (.patientBirthDate, .DA), (.studyTime, .TM), (.seriesNumber, .IS),
    (.instanceNumber, .IS), (.numberOfStudyRelatedInstances, .IS), (.numberOfPatientRelatedStudies, .IS),
    (.studyInstanceUID, .UI), (.seriesInstanceUID, .UI), (.sopInstanceUID, .UI), (.sopClassUID, .UI),
    (.sopClassesInStudy, .UI),
  ]

  @Test(arguments: Engine.available) func everyKeyAndValue(_ engine: Engine) throws {
    let temporary = try TemporaryStore(engine)
    let index = SQLInstanceIndex(temporary.database)
    var generator = StudyGenerator()
    var records = (1...90).flatMap { generator.study($0, series: 1, instances: 1) }
    records.append(RecordBuilder(500).record)
    records.append(RecordBuilder(501, 2, 2).of("", "").with(.studyDate, .DA, "bad").with(.studyTime, .TM, "x").record)
    _ = try index.add(records, evenIfIdentical: false)
    let all = try answers(index, IndexQuery(level: .instance))
    for (tag, vr) in Self.keys {
      for value in Self.values[vr] ?? [] {
        for fuzzy in vr == .PN ? [false, true] : [false] {
          var identifier = DataSet(inheritedCharacterSet: .utf8)
          identifier.set(tag, vr, value.split(separator: "\\", omittingEmptySubsequences: false).map(String.init))
          let matcher = QueryMatcher(identifier: identifier, options: QueryMatcher.Options(fuzzyNames: fuzzy))
          let query = IndexQuery(level: .instance, identifier: identifier, fuzzyNames: fuzzy)
          let found = try answers(index, query)
          #expect(found == all.filter { matcher.matches($0) }, "\(tag) \(value) \(fuzzy)")
          #expect(try index.count(query) == found.count, "\(tag) \(value) \(fuzzy)")
        }
      }
    }
  }

  private func answers(_ index: SQLInstanceIndex, _ query: IndexQuery) throws -> [DataSet] {
    var answers: [DataSet] = []
    try index.find(query) { answer in
      answers.append(answer)
      return true
    }
    return answers
  }
}
