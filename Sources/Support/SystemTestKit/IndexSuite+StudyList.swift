// SPDX-License-Identifier: Apache-2.0

import Archive
import DICOMCore
import DICOMDictionary

extension IndexSuite {
  private static func fill(_ index: any InstanceIndex) throws {
    func study(
      _ number: Int, _ name: String, _ id: String, _ date: String, _ modality: String, _ description: String
    ) -> RecordBuilder {
      RecordBuilder(number).of(name, id).with(.studyDate, .DA, date).with(.modality, .CS, modality)
        .with(.studyDescription, .LO, description).with(.accessionNumber, .SH, "ACC\(9 - number)")
    }
    try add(
      index, study(1, "DOE^JOHN", "PAT-30", "20200101", "CT", "Thorax"),
      study(2, "MÜLLER^Änne", "PAT-10", "20200301", "MR", "Knie links"),
      study(3, "al-Rashid^Omar", "PAT-20", "20200201", "CT", "abdomen"),
      study(4, "山田^太郎", "X1", "", "US", "Cœur"),
      RecordBuilder(1, 2, 1).of("DOE^JOHN", "PAT-30").with(.modality, .CS, "SR"))
  }

  private static func list(_ index: any InstanceIndex, _ query: StudyListQuery) throws -> [Int] {
    let page = try index.studyList(query)
    try expect(page.total, page.studies.count, "total")
    return page.studies.compactMap { Int($0.studyUID.dropFirst(4)) }
  }

  static let studyLists: [Case] = [
    Case("the study list tells all about a study") { index in
      try add(
        index,
        RecordBuilder(1, 1, 1).of("DOE^JOHN", "P1", issuer: "HOSP").with(.patientBirthDate, .DA, "1960.01.02")
          .with(.patientSex, .CS, "M").with(.studyDate, .DA, "20200101").with(.studyTime, .TM, "101500.5")
          .with(.studyDescription, .LO, "Thorax").with(.accessionNumber, .SH, "A1")
          .with(.referringPhysicianName, .PN, "HOUSE^G"),
        RecordBuilder(1, 2, 1).of("DOE^JOHN", "P1", issuer: "HOSP").with(.modality, .CS, "SR"))
      let expected = StudySummary(
        studyUID: "1.2.1", patientName: "DOE^JOHN", patientID: "P1", issuer: "HOSP", birthDate: "19600102", sex: "M",
        accession: "A1", description: "Thorax", date: "20200101", time: "101500.5", modalities: ["CT", "SR"],
        referrer: "HOUSE^G", seriesCount: 2, instanceCount: 2, firstReceived: 1_001_001, lastReceived: 1_002_001,
        conflicts: 0)
      let page = try index.studyList(StudyListQuery())
      try expect(page.studies, [expected])
      try expect(page.total, 1)
    },
    Case("words are found inside name, ID, accession number and description") { index in
      try fill(index)
      for (text, expected) in [
        ("", [2, 3, 1, 4]), ("doe", [1]), ("OHN", [1]), ("muller", [2]), ("anne mül", [2]), ("müller john", []),
        ("pat", [2, 3, 1]), ("t-2", [3]), ("acc8", [1]), ("thorax doe", [1]), ("rash oma", [3]), ("coeur", [4]),
        ("山", [4]), ("太郎", [4]), ("an", [2]), ("o", [3, 1, 4]), ("do", [3, 1]), ("doe^john", [1]), ("doe, john", [1]),
        ("  ", [2, 3, 1, 4]), ("x\"y", []), ("%", []), ("links pat-10", [2]), ("*", []), ("'", []),
      ] {
        try expect(list(index, StudyListQuery(text: text)), expected, text)
      }
    },
    Case("words are found inside descriptions and protocols of series") { index in
      try fill(index)
      try add(
        index, RecordBuilder(2, 2).of("MÜLLER^Änne", "PAT-10").with(.seriesDescription, .LO, "t2_tse Kniegelenk"),
        RecordBuilder(2, 3).of("MÜLLER^Änne", "PAT-10").with(.protocolName, .LO, "Größe XL"))
      try add(index, RecordBuilder(2, 4).of("MÜLLER^Änne", "PAT-10").with(.seriesDescription, .LO, "Localizer"))
      for (text, expected) in [
        ("gelenk", [2]), ("t2_tse", [2]), ("größe", [2]), ("localizer", [2]), ("knie local", [2]), ("local omar", []),
      ] {
        try expect(list(index, StudyListQuery(text: text)), expected, text)
      }
    },
    Case("modality and date filter") { index in
      try fill(index)
      try expect(list(index, StudyListQuery(modalities: ["CT"])), [3, 1])
      try expect(list(index, StudyListQuery(modalities: ["SR", "US"])), [1, 4])
      try expect(list(index, StudyListQuery(modalities: ["C"])), [])
      try expect(list(index, StudyListQuery(dateFrom: "20200201")), [2, 3])
      try expect(list(index, StudyListQuery(dateTo: "20200201")), [3, 1])
      try expect(list(index, StudyListQuery(dateFrom: "20200201", dateTo: "20200201")), [3])
      try expect(list(index, StudyListQuery(text: "pat", modalities: ["CT"], dateTo: "20200131")), [1])
      try expect(list(index, StudyListQuery(dateFrom: "20200102", sort: .patientName, ascending: true)), [3, 2])
    },
    Case("every sort key sorts both ways") { index in
      try fill(index)
      for (sort, expected) in [
        (StudyListQuery.SortKey.date, [4, 1, 3, 2]), (.patientName, [3, 1, 2, 4]), (.patientID, [2, 3, 1, 4]),
        (.accession, [4, 3, 2, 1]), (.description, [3, 4, 2, 1]), (.modality, [3, 1, 2, 4]), (.received, [1, 2, 3, 4]),
      ] {
        try expect(list(index, StudyListQuery(sort: sort, ascending: true)), expected, sort.rawValue)
        try expect(list(index, StudyListQuery(sort: sort)), expected.reversed(), sort.rawValue)
      }
    },
    Case("pages of the study list follow each other") { index in
      for number in 1...30 {
        try add(
          index,
          RecordBuilder(number).of("P^\(number % 3 == 0 ? "FIZZ" : "BUZZ")", "\(number)").with(
            .studyDate, .DA, "20200101"))
      }
      for text in ["", "fizz", "p", "zz"] {
        var query = StudyListQuery(text: text, limit: 1000)
        let all = try index.studyList(query)
        try expect(all.total, text == "fizz" ? 10 : 30, text)
        query.limit = 7
        var pages: [StudySummary] = []
        while true {
          query.offset = pages.count
          let page = try index.studyList(query)
          try expect(page.total, all.total)
          if page.studies.isEmpty { break }
          pages += page.studies
        }
        try expect(pages.map(\.studyUID), all.studies.map(\.studyUID), text)
      }
    },
  ]
}
