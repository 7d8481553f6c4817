// SPDX-License-Identifier: Apache-2.0

extension Department {
  /// Images of a study arrived, or more of them: they are attached to their exam where it can be told, and the exam
  /// goes on. What a person decided stays.
  @discardableResult
  public func imagesArrived(_ facts: StudyFacts) throws -> StudyLink {
    guard let link = try imagesArrived([facts]).first else { throw RadiologyError(.notFound, "No study was given.") }
    return link
  }

  /// Of several studies, in one transaction that need not be on disk at once: the archive tells of them again.
  @discardableResult
  public func imagesArrived(_ studies: [StudyFacts]) throws -> [StudyLink] {
    try store.writeRepeatable { tables in try studies.map { try attach($0, in: tables) } }
  }

  private func attach(_ facts: StudyFacts, in tables: any RadiologyTables) throws -> StudyLink {
    let before = try tables.link(ofStudy: facts.studyInstanceUID)
    if var known = before, known.state != .unmatched && known.state != .mismatched {
      known.facts = facts
      if known != before { try tables.save(known) }
      return known
    }
    var link = try StudyMatching.link(facts, in: tables)
    link.original = before?.original
    guard link != before else { return link }
    try tables.save(link)
    if before?.state != link.state || before?.exam != link.exam {
      let performer = Performer(name: "archive", origin: .system, cause: facts.studyInstanceUID)
      try tell(link, by: performer, in: tables)
      if link.state == .matched { try follow(link, by: performer, in: tables) }
    }
    return link
  }

  /// A person says that a study belongs to no exam; `dismissed` takes it off the lists.
  public func detach(study uid: String, dismisses: Bool, by performer: Performer) throws -> StudyLink {
    try store.write { tables in
      guard var link = try tables.link(ofStudy: uid) else {
        throw RadiologyError(.notFound, "No study \(uid) has arrived.")
      }
      (link.state, link.exam, link.by, link.differences) = (dismisses ? .dismissed : .unmatched, 0, performer.name, [])
      try tables.save(link)
      try tell(link, by: performer, in: tables)
      if dismisses { _ = try closeMismatches(ofStudy: uid, .accepted, by: performer, in: tables) }
      return link
    }
  }

  /// Studies that need somebody's eyes.
  public func studyLinks(in states: Set<StudyLink.State>, offset: Int, limit: Int) throws -> [StudyLink] {
    try store.read { try $0.links(in: states, offset: offset, limit: limit) }
  }

  public func studyLink(ofStudy uid: String) throws -> StudyLink? { try store.read { try $0.link(ofStudy: uid) } }

  public func exams(matching query: ExamQuery) throws -> [ExamItem] {
    try store.read { try $0.exams(matching: query) }
  }

  public func countExams(matching query: ExamQuery) throws -> Int {
    try store.read { try $0.countExams(matching: query) }
  }

  /// A page of exams, and how many there are in all.
  public func examPage(matching query: ExamQuery) throws -> ExamPage {
    try store.read { try $0.examPage(matching: query) }
  }

  /// How far somebody who follows the events has come.
  public func eventPosition(of consumer: String) throws -> Int64 {
    try store.read { try $0.position(of: consumer) ?? 0 }
  }

  public func advance(_ consumer: String, to sequence: Int64) throws {
    try store.write { try $0.advance(consumer, to: sequence) }
  }

  // MARK: Inside a transaction

  func tell(_ link: StudyLink, by performer: Performer, in tables: any RadiologyTables) throws {
    var subject = RadiologyEvent.Subject()
    if link.exam != 0, let order = try tables.order(ofProcedure: link.exam) {
      subject = .init(patient: order.patient, order: order.id, procedure: link.exam)
    }
    var performer = performer
    performer.cause = link.facts.studyInstanceUID
    try tables.append(
      RadiologyEvent("study." + link.state.rawValue, at: now, subject: subject, by: performer, reason: link.by))
  }

  /// Images mean that the patient is being examined; an exam that is done can be read as soon as they are there.
  func follow(_ link: StudyLink, by performer: Performer, in tables: any RadiologyTables) throws {
    var (order, index) = try knownExam(link.exam, in: tables)
    let command: ExamCommand
    switch order.procedures[index].status {
    case .requested, .scheduled, .arrived: command = .enterRoom
    case .performed: command = .release
    default: return
    }
    try go(command, procedure: index, of: &order, reason: "", by: performer, in: tables)
    try tables.save(&order)
  }
}
