// SPDX-License-Identifier: Apache-2.0

import Trust

extension Department {
  public func catalogue() throws -> [CatalogueEntry] { try store.read { try $0.catalogue() } }

  public func save(_ entry: CatalogueEntry) throws {
    guard (1...16).contains(entry.code.unicodeScalars.count), !entry.title.isEmpty else {
      throw RadiologyError(.invalid, "An entry of the catalogue has a code of 1 to 16 characters and a title.")
    }
    guard Set(entry.questions.map(\.key)).count == entry.questions.count else {
      throw RadiologyError(.invalid, "Each question has a key of its own.")
    }
    try store.write { try $0.save(entry) }
  }

  /// Keeps the answers for an exam.
  /// - Parameter override: why to go on in spite of a contra-indication; for radiologists only.
  public func answer(
    _ answers: [String: SafetyAnswers.Answer], exam: Int64, override: String = "", by performer: Performer
  ) throws -> SafetyState {
    if !override.isEmpty, performer.role != .radiologist {
      throw RadiologyError(.forbidden, "Only a radiologist goes on in spite of a contra-indication.")
    }
    return try store.write { tables in
      let (order, index) = try knownExam(exam, in: tables)
      let questions = try questions(order.procedures[index], in: tables)
      let known = Set(questions.map(\.key))
      let kept = answers.filter { known.contains($0.key) }
      let given = SafetyAnswers(answers: kept, at: now, by: performer.name, override: override)
      try tables.add(given, ofExam: exam)
      let state = SafetyState(questions, given)
      try tables.append(
        event("exam.screen", order, order.procedures[index], to: state.word, by: performer, reason: override))
      return state
    }
  }

  /// What is to be asked before an exam, what was answered, and what it comes to.
  public func screening(
    ofExam exam: Int64
  ) throws -> (questions: [SafetyQuestion], answers: SafetyAnswers?, state: SafetyState) {
    try store.read { tables in
      let (order, index) = try knownExam(exam, in: tables)
      let questions = try questions(order.procedures[index], in: tables)
      let answers = try tables.answers(ofExam: exam)
      return (questions, answers, SafetyState(questions, answers))
    }
  }

  private func questions(
    _ procedure: RequestedProcedure, in tables: any RadiologyTables
  ) throws -> [SafetyQuestion] {
    if procedure.details.catalogueCode.isEmpty { return [] }
    return try tables.catalogueEntry(code: procedure.details.catalogueCode)?.questions ?? []
  }

  /// A person does not bring somebody into the room before the questions are answered. What a modality reports has
  /// happened already, and is kept.
  func checkSafety(
    _ command: ExamCommand, _ procedure: RequestedProcedure, by performer: Performer, in tables: any RadiologyTables
  ) throws {
    guard performer.role != nil, command == .enterRoom || (command == .complete && !procedure.status.isBegun) else {
      return
    }
    let state = SafetyState(try questions(procedure, in: tables), try tables.answers(ofExam: procedure.id))
    switch state {
    case .clear, .overridden: return
    case .unanswered(let keys):
      throw RadiologyError(.blocked, "Not answered: \(keys.joined(separator: ", ")).", about: .unanswered)
    case .contraindicated(let keys):
      throw RadiologyError(.blocked, "Contra-indicated: \(keys.joined(separator: ", ")).", about: .contraindicated)
    }
  }
}

extension SafetyState {
  var word: String {
    switch self {
    case .clear: "clear"
    case .unanswered: "unanswered"
    case .contraindicated: "contraindicated"
    case .overridden: "overridden"
    }
  }
}
