// SPDX-License-Identifier: Apache-2.0

import DICOMServices
import Radiology
import SQLInterface
import SQLTestKit
import Testing

@testable import SQLStore

/// Whether few or many have what is asked for, the list has those whom a plain look at each finds: first those whose
/// names begin with the first word, then the others, each by name.
@Suite struct PatientListTests {
  private static let families = ["Smith", "Smithson", "Müller", "Garcia", "Annas", "Li"]
  private static let given = ["Anna", "John", "María José", "Smith", "Zq"]

  private static func plain(_ all: [PatientRecord], _ query: PatientQuery) -> [Int64] {
    let words = TextFolding.words(query.text)
    func name(_ patient: PatientRecord) -> String { TextFolding.words(patient.name).joined(separator: " ") }
    let meant = all.filter { patient in
      (query.birthDate.isEmpty || patient.birthDate == query.birthDate)
        && (words.allSatisfy { name(patient).contains($0) }
          || patient.identifiers.contains { $0.value == query.text })
    }
    return meant.sorted { left, right in
      let begins = [left, right].map { words.isEmpty || name($0).hasPrefix(words[0]) }
      if begins[0] != begins[1] { return begins[0] }
      return (name(left), left.id) < (name(right), right.id)
    }.map(\.id)
  }

  @Test(arguments: Engine.available) func listsAreThoseOfThePlainWay(_ engine: Engine) throws {
    let temporary = try TemporaryStore(engine)
    let all = try temporary.database.write { connection in
      let tables = SQLRadiologyTables(connection)
      for number in 0..<60 {
        var patient = PatientRecord(
          identifiers: [PatientIdentifier("P\(number)")],
          name: "\(Self.families[number % 6])^\(Self.given[number / 6 % 5])")
        patient.birthDate = "1970010\(1 + number % 4)"
        _ = try tables.save(patient)
      }
      var everybody = PatientQuery()
      everybody.limit = 1000
      return try tables.patients(matching: everybody)
    }
    #expect(all.count == 60)
    for text in ["", "smith", "SMITH anna", "an", "zq", "z", "mari jos", "li", "P7", "nobody", "ith"] {
      for (birthDate, offset, limit) in [("", 0, 100), ("", 0, 7), ("", 5, 9), ("", 59, 9), ("19700102", 1, 4)] {
        var query = PatientQuery()
        (query.text, query.birthDate, query.offset, query.limit) = (text, birthDate, offset, limit)
        let expected = Array(Self.plain(all, query).dropFirst(offset).prefix(limit))
        for fewest in [0, 5, 1000] {
          let found = try temporary.database.read { connection in
            try SQLRadiologyTables(connection).patients(matching: query, fewest: fewest).map(\.id)
          }
          #expect(found == expected, "\(fewest) \(query)")
        }
      }
    }
  }
}
