// SPDX-License-Identifier: Apache-2.0

extension Department {
  /// Commands by which an exam follows its images, on and back. None of them is a person's decision.
  private static let following: Set<ExamCommand> = [
    .enterRoom, .release, .withhold, .leaveRoom, .undoArrival, .arrive, .unschedule,
  ]

  /// Events of those that take it on.
  private static let forward: Set<String> = ["exam.enterRoom", "exam.release"]

  /// A person says to which exam a study belongs. An exam that the study was attached to before goes back to where it
  /// stood without images.
  /// - Parameter corrects: what the images say of their patient and their order becomes what the exam has.
  public func attach(
    study uid: String, toExam exam: Int64, corrects: Bool = true, by performer: Performer
  ) throws -> StudyLink {
    try store.write { tables in
      guard var link = try tables.link(ofStudy: uid) else {
        throw RadiologyError(.notFound, "No study \(uid) has arrived.")
      }
      let before = link
      let (order, _) = try knownExam(exam, in: tables)
      (link.state, link.exam, link.by) = (.matched, exam, performer.name)
      try tables.save(link)
      try tell(link, by: performer, in: tables)
      let closed = try closeMismatches(ofStudy: uid, .attached, by: performer, in: tables)
      if before.exam != exam { try leave(before.exam, in: tables) }
      try follow(link, by: .system("archive"), in: tables)
      guard corrects, before.exam != exam || before.state != .matched else { return link }
      var act = Reconciliation(.study, at: now, by: performer)
      act.target = order.patient
      act.study = .init(before: before, after: link, mismatches: closed)
      _ = try tables.save(act)
      return link
    }
  }

  /// The exam that images were taken away from: one that only they had brought on goes back to where it stood.
  func leave(_ exam: Int64, in tables: any RadiologyTables) throws {
    guard exam != 0, try !tables.links(ofExam: exam).contains(where: { $0.state == .matched }) else { return }
    let (order, index) = try knownExam(exam, in: tables)
    let status = order.procedures[index].status
    let last = try tables.events(ofOrder: order.id).last {
      $0.subject.procedure == exam && $0.kind.hasPrefix("exam.")
        && ExamCommand(rawValue: String($0.kind.dropFirst(5))) != nil
    }
    guard let last, last.by == "archive", Self.forward.contains(last.kind), last.to == status.rawValue,
      let before = ExamStatus(rawValue: last.from)
    else { return }
    try go(exam, to: before, in: tables)
  }

  /// Goes by the shortest way of the transition table.
  private func go(_ exam: Int64, to target: ExamStatus, in tables: any RadiologyTables) throws {
    var (order, index) = try knownExam(exam, in: tables)
    guard let way = Self.way(from: order.procedures[index].status, to: target) else { return }
    for command in way {
      try go(command, procedure: index, of: &order, reason: "", by: .system("archive"), in: tables)
    }
    try tables.save(&order)
  }

  static func way(from: ExamStatus, to: ExamStatus) -> [ExamCommand]? {
    var ways: [ExamStatus: [ExamCommand]] = [from: []]
    var open = [from]
    while !open.isEmpty {
      let status = open.removeFirst()
      if status == to { return ways[status] }
      for row in ExamTransitions.table
      where row.from == status && row.who.systems && following.contains(row.command) && ways[row.to] == nil {
        ways[row.to] = (ways[status] ?? []) + [row.command]
        open.append(row.to)
      }
    }
    return nil
  }
}
