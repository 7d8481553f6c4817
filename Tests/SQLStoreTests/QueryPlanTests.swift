// SPDX-License-Identifier: Apache-2.0

import Archive
import DICOMCore
import DICOMDictionary
import SQLInterface
import SQLStore
import SQLTestKit
import SystemTestKit
import Testing

/// Every question that is asked often is answered by an index, whatever the number of rows.
@Suite struct QueryPlanTests {
  private let temporary: TemporaryStore
  private let recorder: StatementRecorder
  private let index: SQLInstanceIndex

  init() throws {
    temporary = try TemporaryStore(.sqlite)
    recorder = StatementRecorder(temporary.database)
    index = SQLInstanceIndex(recorder)
    var generator = StudyGenerator()
    let records = (1...100).flatMap { generator.study($0, series: 1, instances: 1) }
    _ = try index.add(records, evenIfIdentical: false)
  }

  private static func identifier(_ tag: DICOMCore.Tag, _ vr: VR, _ value: String) -> DataSet {
    var identifier = DataSet(inheritedCharacterSet: .utf8)
    identifier.set(tag, vr, value)
    return identifier
  }

  /// A scan of a whole table, not along an index.
  private func scans(_ plans: [String]) -> [String] {
    // `m` are the rows of a subquery.
    plans.filter { $0.hasPrefix("SCAN") && !$0.contains("INDEX") && $0 != "SCAN m" }
  }

  @Test func ingestTouchesRowsByTheirKeysOnly() throws {
    var generator = StudyGenerator(seed: 2)
    // New rows of what many share, such as terms, come first: the plans of those show checks that are not made.
    _ = try index.add(generator.study(1, series: 1, instances: 1), evenIfIdentical: true)
    _ = try recorder.plans()
    let records = generator.study(1000, series: 1, instances: 2)
    _ = try index.add(records, evenIfIdentical: false)
    _ = try index.add(records, evenIfIdentical: true)
    // The plan of an insert names the check for rows that already refer to the new one; it runs only where a
    // transaction has left such rows behind.
    let plans = try recorder.plans()
    #expect(scans(plans).filter { $0 != "SCAN event" } == [], "\(plans)")
  }

  @Test(
    arguments: [
      (.study, .studyInstanceUID, .UI, "1.2.7", "study_by_uid"),
      (.study, .patientID, .LO, "P1000007", "study_by_patient"),
      (.patient, .patientID, .LO, "P1000007", "patient_by_identity"),
      (.patient, .patientID, .LO, "P10000*", "patient_by_identity"),
      (.patient, .patientName, .PN, "smi*", "person_name_by_group"),
      (.study, .patientName, .PN, "SMITH0^JOHN", "person_name_by_group"),
      (.study, .accessionNumber, .SH, "ACC9000007", "study_by_accession"),
      (.study, .accessionNumber, .SH, "ACC9*", "study_by_accession"), (.study, .studyID, .SH, "7", "study_by_study_id"),
      (.study, .studyDate, .DA, "20220301-20220331", "study_by_date"), (.study, .studyDate, .DA, "", "study_by_date"),
      (.study, .modalitiesInStudy, .CS, "CT", "study_by_date"),
      (.study, .referringPhysicianName, .PN, "doctor7*", "person_name_by_group"),
      (.patient, .patientBirthDate, .DA, "19270812", "patient_by_birth_date"),
      (.series, .studyInstanceUID, .UI, "1.2.7", "series_by_study"),
      (.series, .seriesInstanceUID, .UI, "1.2.7.1", "series_by_uid"),
      (.instance, .seriesInstanceUID, .UI, "1.2.7.1", "instance_by_series"),
      (.instance, .sopInstanceUID, .UI, "1.2.7.1.1", "instance_by_uid"),
    ] as [(QueryLevel, DICOMCore.Tag, VR, String, String)])
  func findUsesAnIndex(_ level: QueryLevel, _ tag: DICOMCore.Tag, _ vr: VR, _ value: String, _ name: String) throws {
    _ = try recorder.plans()
    var answers = 0
    try index.find(IndexQuery(level: level, identifier: Self.identifier(tag, vr, value), limit: 10)) { _ in
      answers += 1
      return true
    }
    let plans = try recorder.plans()
    #expect(answers > 0)
    #expect(plans.contains { $0.contains(name) }, "\(plans)")
    #expect(scans(plans) == [], "\(plans)")
  }

  @Test func fuzzyNamesUseTheWordIndexes() throws {
    _ = try recorder.plans()
    let query = IndexQuery(
      level: .study, identifier: Self.identifier(.patientName, .PN, "anna smith0"), fuzzyNames: true)
    try index.find(query) { _ in true }
    let plans = try recorder.plans()
    #expect(plans.contains { $0.contains("person_name_word_by_word") })
    #expect(plans.contains { $0.contains("person_name_word_by_code") })
    #expect(scans(plans) == [])
  }

  @Test(arguments: StudyListQuery.SortKey.allCases)
  func sortingTheListWalksAnIndex(_ sort: StudyListQuery.SortKey) throws {
    for ascending in [true, false] {
      _ = try recorder.plans()
      _ = try index.studyList(StudyListQuery(sort: sort, ascending: ascending, limit: 10))
      let plans = try recorder.plans()
      #expect(!plans.contains { $0.contains("TEMP B-TREE") }, "\(plans)")
      #expect(scans(plans) == [], "\(plans)")
    }
  }

  @Test func aFrequentWordWalksTheIndexOfTheSortKey() throws {
    _ = try recorder.plans()
    #expect(try index.studyList(StudyListQuery(text: "acc", sort: .patientName, limit: 10)).studies.count == 10)
    let plans = try recorder.plans()
    #expect(plans.contains { $0.contains("SCAN s USING COVERING INDEX study_by_name") }, "\(plans)")
    #expect(plans.contains { $0.contains("VIRTUAL TABLE INDEX") }, "\(plans)")
    #expect(!plans.contains { $0.contains("TEMP B-TREE") }, "\(plans)")
  }

  @Test func aRareWordGoesThroughTheTrigrams() throws {
    _ = try recorder.plans()
    #expect(try index.studyList(StudyListQuery(text: "acc9000070", sort: .patientName, limit: 10)).studies.count == 1)
    let plans = try recorder.plans()
    #expect(scans(plans).allSatisfy { $0.contains("VIRTUAL TABLE INDEX") }, "\(plans)")
  }

  @Test func aMonthIsARangeOfTheDateIndex() throws {
    _ = try recorder.plans()
    _ = try index.studyList(StudyListQuery(dateFrom: "20220301", dateTo: "20220331"))
    let plans = try recorder.plans()
    #expect(plans.contains { $0.contains("study_by_date (date>? AND date<?)") }, "\(plans)")
    #expect(scans(plans) == [], "\(plans)")
  }

  /// The matches are a set out of the index of dates, and met on a walk along the index of names; no row is read for
  /// either.
  @Test func aMonthByNameReadsNoRowsButThoseOfThePage() throws {
    _ = try recorder.plans()
    let query = StudyListQuery(
      modalities: ["CT"], dateFrom: "20200101", dateTo: "20221231", sort: .patientName, limit: 5)
    #expect(try index.studyList(query).studies.count == 5)
    let plans = try recorder.plans()
    #expect(plans.contains { $0.contains("SCAN s USING COVERING INDEX study_by_name") }, "\(plans)")
    #expect(plans.contains { $0.contains("COVERING INDEX study_by_date (date>? AND date<?)") }, "\(plans)")
    #expect(!plans.contains { $0.contains("TEMP B-TREE FOR ORDER BY") }, "\(plans)")
    #expect(scans(plans) == [], "\(plans)")
  }

  @Test func retrievalGoesByKeys() throws {
    _ = try recorder.plans()
    _ = try index.versions(of: "1.2.7.1.1")
    _ = try index.instances(InstanceSelection(studies: ["1.2.7"]))
    _ = try index.instances(InstanceSelection(series: ["1.2.7.1"]))
    _ = try index.instances(InstanceSelection(instances: ["1.2.7.1.1", "1.2.8.1.1"]))
    _ = try index.instances(InstanceSelection(patientID: "P1000007"))
    _ = try index.attributes(ofStudy: "1.2.7")
    _ = try index.events(after: 5, limit: 10)
    #expect(try scans(recorder.plans()) == [])
  }
}
