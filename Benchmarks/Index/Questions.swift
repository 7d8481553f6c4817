// SPDX-License-Identifier: Apache-2.0

import Archive
import DICOMCore
import DICOMDictionary
import SQLStore

/// A kind of question, made anew for each run, and how late its 95th percentile may come.
struct Question: Sendable {
  let name: String
  /// Milliseconds.
  let limit: Double
  let ask: @Sendable (SQLSubject, inout Chance) throws -> Int
}

/// The same numbers at each run.
struct Chance {
  private var state: UInt64 = 7

  mutating func next(_ bound: Int) -> Int {
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return Int((state >> 33) % UInt64(max(bound, 1)))
  }

  mutating func pick(_ list: [String]) -> String { list[next(list.count)] }
}

extension Question {
  static let families = [
    "Smith", "Müller", "García", "Johnson", "Nguyen", "Schmidt", "Rossi", "Dubois", "Kowalski", "Novák", "Silva",
  ]
  private static let infixes = ["chmid", "owals", "arcí", "hnson", "ith12", "ubois3", "üll", "^anna", "ssi77", "guyen"]
  private static let words = [
    "thorax", "schmidt", "abdomen nativ", "knee views", "anna smith", "contrast", "follow-up",
  ]
  private static let modalities = ["CT", "MR", "DX", "US", "MG", "NM", "PT"]

  /// A page of 100 answers of C-FIND or QIDO-RS at the level of studies.
  private static func find(
    _ name: String, _ limit: Double, fuzzy: Bool = false,
    _ keys: @escaping @Sendable (Int, inout Chance) -> [(Tag, VR, String)]
  ) -> Question {
    Question(name: name, limit: limit) { subject, chance in
      var identifier = DataSet(inheritedCharacterSet: .utf8)
      for (tag, vr, value) in keys(subject.studies, &chance) { identifier.set(tag, vr, value) }
      var count = 0
      let query = IndexQuery(level: .study, identifier: identifier, fuzzyNames: fuzzy, limit: 100)
      try subject.index.find(query) { _ in
        count += 1
        return true
      }
      return count
    }
  }

  private static func list(
    _ name: String, _ limit: Double, _ query: @escaping @Sendable (Int, inout Chance) -> StudyListQuery
  ) -> Question {
    Question(name: name, limit: limit) { subject, chance in
      var query = query(subject.studies, &chance)
      query.limit = 100
      return try subject.index.studyList(query).studies.count
    }
  }

  private static func month(_ chance: inout Chance) -> (from: String, to: String) {
    let month = 1 + chance.next(12)
    let text = "\(2020 + chance.next(5))" + (month < 10 ? "0" : "") + "\(month)"
    return (text + "01", text + "31")
  }

  static let finds: [Question] = [
    find("find: Study Instance UID", 5) { studies, chance in
      [(.studyInstanceUID, .UI, "1.2.\(1 + chance.next(studies))")]
    },
    find("find: Patient ID", 5) { studies, chance in [(.patientID, .LO, "P\(1_000_000 + chance.next(studies))")] },
    find("find: accession number", 20) { studies, chance in
      [(.accessionNumber, .SH, "ACC\(9_000_000 + 7 * (1 + chance.next(studies)))")]
    },
    find("find: name prefix, frequent", 20) { _, chance in [(.patientName, .PN, chance.pick(families) + "*")] },
    find("find: name prefix, rare", 20) { studies, chance in
      [(.patientName, .PN, "\(chance.pick(families))\(chance.next(studies / 400))^*")]
    },
    find("find: month and modality", 20) { _, chance in
      let month = month(&chance)
      return [
        (.studyDate, .DA, month.from + "-" + month.to), (.modalitiesInStudy, .CS, chance.pick(modalities)),
      ]
    },
    find("find: name infix", 100) { _, chance in [(.patientName, .PN, "*\(chance.pick(infixes))*")] },
    find("find: name fuzzy", 100, fuzzy: true) { _, chance in
      [(.patientName, .PN, "\(chance.pick(["anna", "jon", "willem", "maria"])) \(chance.pick(families))")]
    },
    find("find: newest", 20) { _, _ in [] },
  ]

  static let lists: [Question] = [
    list("list: newest", 100) { _, _ in StudyListQuery() },
    list("list: by name", 100) { _, _ in StudyListQuery(sort: .patientName, ascending: true) },
    list("list: words", 100) { _, chance in StudyListQuery(text: chance.pick(words)) },
    list("list: rare word", 100) { studies, chance in
      StudyListQuery(text: "acc\(9_000_000 + 7 * (1 + chance.next(studies)))")
    },
    list("list: two letters", 100) { _, chance in StudyListQuery(text: chance.pick(["an", "mi", "sc", "12"])) },
    list("list: month and modality by name", 100) { _, chance in
      let month = month(&chance)
      return StudyListQuery(
        modalities: [chance.pick(modalities)], dateFrom: month.from, dateTo: month.to, sort: .patientName)
    },
    list("list: page in the middle", 100) { studies, chance in
      StudyListQuery(sort: .patientName, offset: chance.next(studies))
    },
  ]

  private static func reports(_ name: String, _ words: @escaping @Sendable (inout Chance) -> String) -> Question {
    Question(name: name, limit: 100) { subject, chance in
      try subject.reports.reports(with: words(&chance), offset: 0, limit: 100).count
    }
  }

  static let texts: [Question] = [
    reports("reports: frequent word") { "word\($0.next(5))" },
    reports("reports: rare word") { "word\(4000 + $0.next(1000))" },
    reports("reports: two words") { "word\($0.next(10)) word\(20 + $0.next(200))" },
    reports("reports: phrase") { "\"word\($0.next(10)) word\($0.next(10))\"" },
    reports("reports: prefix") { "word\(10 + $0.next(40))*" },
  ]
}
