// SPDX-License-Identifier: Apache-2.0

import DICOMServices
import Radiology
import SQLInterface
import SQLTestKit
import Testing
import Trust

@testable import SQLStore

/// Whatever is asked of a list of exams, and whichever way it is put together, it has the exams that a plain look at
/// each finds, in the same order and number.
@Suite struct ExamListTests {
  private static let names = ["Smith^Anna", "Smith^John", "Müller^Anna", "Smithson^Zq", "García^María José", "Li^An"]
  private static let states: [ExamStatus] = [.requested, .scheduled, .arrived, .toRead, .validated, .sent, .cancelled]

  private let temporary: TemporaryStore
  private let store: SQLRadiologyStore

  init() throws { try self.init(.sqlite) }

  private init(_ engine: Engine) throws {
    temporary = try TemporaryStore(engine)
    store = SQLRadiologyStore(temporary.database)
    try store.write { tables in
      for number in 0..<90 {
        let patient: Int64
        if number < 24 {
          patient = try tables.save(
            PatientRecord(
              identifiers: [PatientIdentifier("P\(number)")], name: Self.names[number % Self.names.count]))
        } else {
          patient = try tables.patients(numbered: "P\(number * 7 % 24)")[0].id
        }
        var order = Self.order(number, of: patient)
        try tables.save(&order)
      }
    }
  }

  private static func order(_ number: Int, of patient: Int64) -> Order {
    var exam = RequestedProcedure()
    exam.steps = (0...number % 2).map { index in
      var step = ScheduledProcedureStep()
      step.modality = ["CT", "MR", "US"][number % 3]
      step.station.aeTitles = ["ROOM\(number % 4)"]
      step.start = number % 11 == 0 ? nil : LocalDateTime(date: "202603\(10 + number * 3 % 9 + index)", time: "0900")
      return step
    }
    (exam.procedureID, exam.status, exam.statusSince) =
      ("Q\(number)", states[number % states.count], Int64(1000 + number * 37 % 29))
    exam.priority = Priority.allCases[number % Priority.allCases.count]
    if number % 4 == 0 { exam.claim = .init(by: "ada", at: 1) }
    var order = Order()
    (order.patient, order.placedAt, order.procedures) = (patient, Int64(number), [exam])
    order.accession = OrderNumber("A\(number)")
    return order
  }

  // MARK: The plain way

  private static func has(_ item: ExamItem, _ query: ExamQuery) -> Bool {
    let exam = item.exam
    guard query.statuses.isEmpty || query.statuses.contains(exam.status) else { return false }
    if query.lost == .waiting, exam.status != .arrived { return false }
    if query.lost == .withoutImages, ![.toRead, .validated, .sent].contains(exam.status) { return false }
    if !query.modalities.isEmpty, Set(query.modalities).isDisjoint(with: exam.modalities) { return false }
    if let name = query.claimedBy, (exam.claim?.by ?? "") != name { return false }
    if query.urgentOnly, exam.priority.rank > 1 { return false }
    if let before = query.sinceBefore, exam.statusSince >= before { return false }
    if !query.dateFrom.isEmpty {
      guard
        exam.steps.contains(where: { step in
          guard let date = step.start?.date else { return false }
          return date >= query.dateFrom && (query.dateTo.isEmpty || date <= query.dateTo)
            && (query.stations.isEmpty || !Set(query.stations).isDisjoint(with: step.station.aeTitles))
        })
      else { return false }
    }
    if query.text.isEmpty { return true }
    let name = TextFolding.words(item.patient.name).joined(separator: " ")
    return TextFolding.words(query.text).allSatisfy { name.contains($0) }
      || item.patient.identifiers.contains { $0.value == query.text } || item.order.accession.value == query.text
      || exam.procedureID == query.text
  }

  private static func key(_ item: ExamItem, _ order: ExamQuery.Order) -> [Int64] {
    let exam = item.exam
    switch order {
    case .urgency: return [Int64(exam.priority.rank), exam.statusSince, exam.id]
    case .newest: return [-exam.statusSince, -exam.id]
    case .start: return [exam.steps.compactMap { $0.start?.minute }.min() ?? 0, exam.id]
    }
  }

  private static func plain(_ all: [ExamItem], _ query: ExamQuery) -> [Int64] {
    all.filter { has($0, query) }.sorted { key($0, query.order).lexicographicallyPrecedes(key($1, query.order)) }
      .map(\.exam.id)
  }

  // MARK: The lists

  private static let questions: [@Sendable (inout ExamQuery) -> Void] = [
    { _ in }, { $0.statuses = [.validated, .sent] }, { $0.modalities = ["MR", "US"] }, { $0.claimedBy = "ada" },
    { $0.claimedBy = "" }, { $0.urgentOnly = true }, { $0.sinceBefore = 1015 }, { $0.lost = .withoutImages },
    { ($0.lost, $0.sinceBefore) = (.waiting, 1020) }, { ($0.dateFrom, $0.dateTo) = ("20260312", "20260314") },
    { $0.dateFrom = "20260316" },
    { ($0.dateFrom, $0.dateTo, $0.stations) = ("20260311", "20260311", ["ROOM1", "ROOM2"]) },
    { ($0.dateFrom, $0.dateTo, $0.statuses) = ("20260311", "20260315", [.validated]) },
  ]
  private static let texts = [
    "", "smith", "Anna Smith", "anna", "an", "zq", "z", "garc jos", "li an", "P3", "A17", "Q40", "nobody", "smi zq",
  ]

  @Test(arguments: Engine.available) func listsAreThoseOfThePlainWay(_ engine: Engine) throws {
    let test = try Self(engine)
    let all = try test.store.read { tables in
      var query = ExamQuery()
      query.limit = 1000
      return try tables.exams(matching: query)
    }
    #expect(all.count == 90)
    for question in Self.questions {
      for text in Self.texts {
        for order in ExamQuery.Order.allCases {
          var query = ExamQuery()
          question(&query)
          (query.text, query.order) = (text, order)
          let expected = Self.plain(all, query)
          for (offset, limit) in [(0, 100), (0, 7), (5, 4), (85, 20)] {
            (query.offset, query.limit) = (offset, limit)
            try test.check(query, expected)
          }
        }
      }
    }
  }

  /// The pages of few and of many patients.
  private func check(_ query: ExamQuery, _ expected: [Int64]) throws {
    let wanted = Array(expected.dropFirst(query.offset).prefix(query.limit))
    let page = try store.read { try $0.examPage(matching: query) }
    #expect(page.exams.map(\.exam.id) == wanted, "\(query)")
    #expect(page.total == expected.count, "\(query)")
    for fewest in [0, 3, 1000] {
      let (ids, count) = try temporary.database.read { connection in
        let select = try ExamSelect(query, connection, fewest: fewest)
        return (
          try connection.all(select.page) { $0.integer(0) }, try connection.all(select.count) { $0.int(0) }.first
        )
      }
      // Exams of many are looked for by their names alone.
      let isNumber = ["P3", "A17", "Q40"].contains(query.text)
      if fewest < 1000, isNumber || query.text.isEmpty { continue }
      #expect(ids == wanted, "\(fewest) \(query)")
      #expect(count == expected.count, "\(fewest) \(query)")
    }
  }

  /// Exams go with their orders to another patient, and are found there alone.
  @Test(arguments: Engine.available) func examsOfMovedOrdersAreTheOtherPatients(_ engine: Engine) throws {
    let test = try Self(engine)
    let store = test.store
    defer { withExtendedLifetime(test) {} }
    var query = ExamQuery()
    (query.text, query.limit) = ("Müller", 1000)
    let before = try store.read { try $0.exams(matching: query) }
    let patients = Set(before.map(\.patient.id))
    #expect(patients.count == 4)
    let other = try store.write { tables in
      let other = try tables.save(PatientRecord(identifiers: [PatientIdentifier("P99")], name: "Novák^Petr"))
      for patient in patients { try tables.moveOrders(of: patient, to: other) }
      return other
    }
    #expect(try store.read { try $0.examPage(matching: query) }.total == 0)
    for text in ["novak petr", "P99"] {
      query.text = text
      let after = try store.read { try $0.exams(matching: query) }
      #expect(Set(after.map(\.exam.id)) == Set(before.map(\.exam.id)))
      #expect(after.allSatisfy { $0.patient.id == other })
    }
  }
}
