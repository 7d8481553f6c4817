// SPDX-License-Identifier: Apache-2.0

import Archive
import DICOMCore
import DICOMDictionary

/// What every `InstanceIndex` must do, on memory, SQLite or any other engine. Each case gets a fresh, empty index.
public enum IndexSuite {
  public typealias Case = ConformanceCase<any InstanceIndex>

  public static let cases: [Case] = ingest + retrieval + queries + studyLists

  static func add(_ index: any InstanceIndex, _ builders: RecordBuilder...) throws {
    _ = try index.add(builders.map(\.record), evenIfIdentical: false)
  }

  // MARK: Ingest

  static let ingest: [Case] = [
    Case("an empty index answers nothing") { index in
      try expect(index.versions(of: "1.2.3"), [])
      try expect(index.instances(InstanceSelection()), [])
      try expect(index.indexedEnds(), [:])
      try expect(index.events(after: 0, limit: 10), [])
      try expect(index.attributes(ofStudy: "1.2.3").count, 0)
      try expect(index.count(IndexQuery(level: .patient)), 0)
    },
    Case("a new instance is added and comes back as it was") { index in
      let record = RecordBuilder().of("DOE^JANE", "P1").record
      try expect(index.add([record], evenIfIdentical: false), [.added])
      let stored = StoredInstance(
        identity: record.identity, transferSyntax: record.transferSyntax, location: record.location,
        dataSetChecksum: record.dataSetChecksum, version: 1)
      try expect(index.versions(of: record.identity.instance), [stored])
      try expect(index.instances(InstanceSelection()), [stored])
    },
    Case("an absent pixel data offset stays absent") { index in
      var record = RecordBuilder().record
      record.location.pixelDataOffset = nil
      _ = try index.add([record], evenIfIdentical: false)
      try expect(index.versions(of: record.identity.instance).first?.location, record.location)
    },
    Case("what looks identical is not added, within a transaction too") { index in
      let first = RecordBuilder().record
      let again = RecordBuilder().with(\.file, "hot/2026-01-01/2-1.tar").record
      try expect(index.add([first, again], evenIfIdentical: false), [.added, .looksIdentical(to: first.location)])
      try expect(index.add([again], evenIfIdentical: false), [.looksIdentical(to: first.location)])
      try expect(index.versions(of: first.identity.instance).count, 1)
      try expect(index.events(after: 0, limit: 10).count, 1)
      try expect(index.indexedEnds(), [first.location.file: 1512])
    },
    Case("a different data set becomes a version, and the first stays current") { index in
      let first = RecordBuilder().of("DOE^JANE", "P1").record
      let second = RecordBuilder().of("ROE^RICHARD", "P2").with(\.checksum, 99).with(\.study, "1.2.9").record
      let third = RecordBuilder().with(\.transferSyntax, "1.2.840.10008.1.2").record
      try expect(
        index.add([first, second, third], evenIfIdentical: false), [.added, .addedVersion(2), .addedVersion(3)])
      let versions = try index.versions(of: first.identity.instance)
      try expect(versions.map(\.version), [1, 2, 3])
      try expect(versions.map(\.identity), [first, second, third].map(\.identity))
      try expect(versions.map(\.transferSyntax), [first, second, third].map(\.transferSyntax))
      try expect(versions.map(\.dataSetChecksum), [1, 99, 1])
      try expect(index.instances(InstanceSelection()).map(\.version), [1])
      try expect(index.instances(InstanceSelection(studies: ["1.2.9"])), [])
      try expect(index.add([second], evenIfIdentical: false), [.looksIdentical(to: second.location)])
      let page = try index.studyList(StudyListQuery())
      try expect(page.studies.map(\.conflicts), [1], "conflicts")
      try expect(page.studies.map(\.instanceCount), [1], "instances")
      try expect(index.count(IndexQuery(level: .patient)), 1)
      try expect(
        index.events(after: 0, limit: 10).map(\.kind), ["instance.stored", "instance.conflict", "instance.conflict"])
    },
    Case("a twin is added where the caller says it differs") { index in
      let record = RecordBuilder().record
      _ = try index.add([record], evenIfIdentical: false)
      try expect(index.add([record], evenIfIdentical: true), [.addedVersion(2)])
      try expect(index.versions(of: record.identity.instance).map(\.version), [1, 2])
    },
    Case("events ascend and say what was stored") { index in
      try add(index, RecordBuilder(1, 1, 1), RecordBuilder(1, 1, 2))
      try add(index, RecordBuilder(2, 1, 1))
      let events = try index.events(after: 0, limit: 10)
      try expect(events.map(\.instanceUID), ["1.2.1.1.1", "1.2.1.1.2", "1.2.2.1.1"])
      try expect(events.map(\.studyUID), ["1.2.1", "1.2.1", "1.2.2"])
      try expect(events.map(\.seriesUID), ["1.2.1.1", "1.2.1.1", "1.2.2.1"])
      try expect(events.map(\.at), [1_001_001, 1_001_002, 2_001_001])
      try expect(events.map(\.sequence), events.map(\.sequence).sorted())
      try expect(index.events(after: events[0].sequence, limit: 1), [events[1]])
      try expect(index.events(after: events[2].sequence, limit: 1), [])
    },
    Case("the end of the last body in each file is known") { index in
      try add(
        index, RecordBuilder(1, 1, 1).with(\.offset, 8192), RecordBuilder(1, 1, 2).with(\.offset, 512),
        RecordBuilder(1, 1, 3).with(\.file, "hot/b.tar"))
      try add(index, RecordBuilder(1, 1, 4).with(\.file, "hot/b.tar").with(\.offset, 4096))
      try expect(index.indexedEnds(), ["hot/2026-01-01/1-1.tar": 9192, "hot/b.tar": 5096])
    },
    Case("counts and sets of the parents are kept") { index in
      try add(
        index, RecordBuilder(1, 1, 1).of("A", "P1"), RecordBuilder(1, 1, 2).of("A", "P1"),
        RecordBuilder(1, 2, 1).of("A", "P1").with(.modality, .CS, "MR").with(\.sopClass, "1.2.840.10008.5.1.4.1.1.4"))
      try add(
        index, RecordBuilder(2, 1, 1).of("A", "P1"), RecordBuilder(1, 2, 2).of("A", "P1").with(.modality, .CS, "MR"))
      let answers = try index.answers(IndexQuery(level: .series))
      try expect(answers.map { $0.string(.seriesInstanceUID) }, ["1.2.2.1", "1.2.1.1", "1.2.1.2"].map { $0 })
      let last = answers[2]
      try expect(last.string(.numberOfPatientRelatedStudies), "2")
      try expect(last.string(.numberOfPatientRelatedSeries), "3")
      try expect(last.string(.numberOfPatientRelatedInstances), "5")
      try expect(last.string(.numberOfStudyRelatedSeries), "2")
      try expect(last.string(.numberOfStudyRelatedInstances), "4")
      try expect(last.string(.numberOfSeriesRelatedInstances), "2")
      try expect(last.strings(.modalitiesInStudy), ["CT", "MR"])
      try expect(last.strings(.sopClassesInStudy), ["1.2.840.10008.5.1.4.1.1.2", "1.2.840.10008.5.1.4.1.1.4"])
    },
    Case("the first value is kept, an empty one is filled by later instances") { index in
      try add(
        index,
        RecordBuilder(1, 1, 1).of("", "P1").with(.studyDescription, .LO, "").with(.studyID, .SH, "1"),
        RecordBuilder(1, 1, 2).of("DOE^JANE", "P1").with(.studyDescription, .LO, "CHEST").with(.studyID, .SH, "2"))
      try add(index, RecordBuilder(1, 1, 3).of("ROE", "P1").with(.accessionNumber, .SH, "A9"))
      let answer = try index.answers(IndexQuery(level: .study))[0]
      try expect(answer.string(.patientName), "DOE^JANE")
      try expect(answer.string(.studyDescription), "CHEST")
      try expect(answer.string(.studyID), "1")
      for text in ["jane", "chest", "a9", "P1"] {
        try expect(index.studyList(StudyListQuery(text: text)).total, 1, text)
      }
      try expect(index.studyList(StudyListQuery(text: "roe")).total, 0)
      var identifier = DataSet(inheritedCharacterSet: .utf8)
      identifier.set(.patientName, .PN, "DOE*")
      try expect(index.count(IndexQuery(level: .study, identifier: identifier)), 1)
    },
    Case("another patient's instance in a study says nothing about the study's patient") { index in
      try add(index, RecordBuilder(1, 1, 1).of("", "P1"), RecordBuilder(1, 1, 2).of("ROE", "P2"))
      let answers = try index.answers(IndexQuery(level: .patient))
      try expect(answers.map { $0.string(.patientID) }, ["P1"])
      try expect(answers[0].string(.patientName), nil)
    },
    Case("a patient is an ID and its issuer") { index in
      try add(
        index, RecordBuilder(1).of("A", "P1", issuer: "X"), RecordBuilder(2).of("B", "P1", issuer: "Y"),
        RecordBuilder(3).of("A", "P1", issuer: "X"), RecordBuilder(4).of("C", "P1"))
      try expect(index.count(IndexQuery(level: .patient)), 3)
      try expect(index.instances(InstanceSelection(patientID: "P1")).count, 4)
    },
    Case("studies without a patient ID are patients of their own") { index in
      try add(index, RecordBuilder(1).of("A", ""), RecordBuilder(2).of("B", ""), RecordBuilder(1, 2).of("A", ""))
      let answers = try index.answers(IndexQuery(level: .patient))
      try expect(Set(answers.compactMap { $0.string(.patientName) }), ["A", "B"])
      try expect(index.studyList(StudyListQuery()).total, 2)
    },
    Case("equal series UIDs in two studies are two series") { index in
      try add(index, RecordBuilder(1, 1, 1), RecordBuilder(2, 1, 1).with(\.series, "1.2.1.1"))
      try expect(index.instances(InstanceSelection(series: ["1.2.1.1"])).map(\.identity.study), ["1.2.1", "1.2.2"])
      try expect(index.count(IndexQuery(level: .series)), 2)
    },
    Case("binary values of big endian data sets are kept") { index in
      var record = RecordBuilder().record
      var attributes = DataSet(byteOrder: .bigEndian, inheritedCharacterSet: .utf8)
      for element in record.attributes.elements { attributes.set(element) }
      attributes.set(.rows, .US, integers: [258])
      attributes.set(.imageType, .CS, ["ORIGINAL", "PRIMARY"])
      record.attributes = attributes
      _ = try index.add([record], evenIfIdentical: false)
      let answer = try index.answers(IndexQuery(level: .instance))[0]
      try expect(answer.integer(.rows), 258)
      try expect(answer.strings(.imageType), ["ORIGINAL", "PRIMARY"])
    },
  ]
}

extension InstanceIndex {
  /// All answers of a query.
  func answers(_ query: IndexQuery) throws -> [DataSet] {
    var answers: [DataSet] = []
    try find(query) { answer in
      answers.append(answer)
      return true
    }
    return answers
  }
}
