// SPDX-License-Identifier: Apache-2.0

import Archive
import DICOMCore
import Radiology
import SQLInterface
import SQLTestKit
import SystemTestKit
import Testing
import Trust

@testable import SQLStore

/// Two letters are found wherever they stand in a text, by the index of trigrams where few have them.
@Suite struct TwoLetterTests {
  @Test func aPairIsFoundAtAnyPlace() throws {
    let temporary = try TemporaryStore(.sqlite)
    let texts = ["doe jane", "zq", "a zq", "zqa", "quartz q", "xazqb", "\"'", "x \"y", "山田 太郎", "z", ""]
    try temporary.database.write { connection in
      for (index, text) in texts.enumerated() {
        _ = try connection.execute(
          "INSERT INTO study_search (study, date, modalities, words) VALUES (?, '', '', ?)",
          [.integer(Int64(index)), .text(text)])
      }
    }
    let dialect = temporary.database.dialect
    for pair in ["zq", "do", "e ", "ne", "\"'", " \"", "\"y", "山田", "田 ", "太郎", "qq", "z ", "**", "OR"] {
      let select = try #require(dialect.pair(table: "study_search", key: "study", column: "words", text: pair))
      let found = try temporary.database.read { connection in
        let keys = try connection.all(select.keys) { $0.int(0) }
        return (keys: Set(keys), count: try connection.all(select.count) { $0.int(0) })
      }
      #expect(found.keys == Set(texts.indices.filter { texts[$0].contains(pair) }), "\(pair)")
      #expect(found.count.count == 1 && found.count[0] <= found.keys.count, "\(pair)")
    }
    for text in ["", "z", "zqa"] {
      #expect(dialect.pair(table: "study_search", key: "study", column: "words", text: text) == nil)
    }
  }

  @Test(arguments: Engine.available) func rareAndFrequentPairsOfANameAreFound(_ engine: Engine) throws {
    let temporary = try TemporaryStore(engine)
    let department = Department(store: SQLRadiologyStore(temporary.database))
    for (number, name) in ["Zquirre^Anna", "Doe^Hanzq", "Smith^Ann", "Azqu^X"].enumerated() {
      _ = try department.register(
        PatientRecord(identifiers: [PatientIdentifier("P\(number)")], name: name),
        by: Performer(name: "rita", role: .receptionist, origin: .web))
    }
    func found(_ text: String) throws -> [String] {
      var query = PatientQuery()
      query.text = text
      return try department.patients(matching: query).map(\.name)
    }
    #expect(try found("zq") == ["Zquirre^Anna", "Azqu^X", "Doe^Hanzq"])
    #expect(try found("zq an") == ["Zquirre^Anna", "Doe^Hanzq"])
    #expect(try found("zq anna") == ["Zquirre^Anna"])
    #expect(try found("xx") == [] && found("zq xx") == [])
  }

  @Test(arguments: Engine.available) func whatManyHaveIsNotCounted(_ engine: Engine) throws {
    let temporary = try TemporaryStore(engine)
    let index = SQLInstanceIndex(temporary.database)
    var generator = StudyGenerator()
    _ = try index.add((1...60).flatMap { generator.study($0, series: 1, instances: 1) }, evenIfIdentical: false)
    func page(_ query: StudyListQuery, upTo limit: Int) throws -> StudyListPage {
      try temporary.database.read { try StudyListSearch(query, $0, countLimit: limit).page() }
    }
    for text in ["acc", "ac", "a"] {
      for ascending in [true, false] {
        var query = StudyListQuery(text: text, sort: .patientName, ascending: ascending, limit: 100)
        let all = try page(query, upTo: 100)
        #expect(all.total == 60 && !all.isMore && all.studies.count == 60)
        (query.offset, query.limit) = (15, 10)
        let part = try page(query, upTo: 20)
        #expect(part.total == 20 && part.isMore)
        // No page reaches behind what was counted.
        #expect(part.studies == Array(all.studies[15..<20]))
        #expect(try page(query, upTo: 60).isMore == false)
      }
    }
    #expect(try page(StudyListQuery(), upTo: 20).total == 60)
  }
}
