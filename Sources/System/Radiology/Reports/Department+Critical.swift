// SPDX-License-Identifier: Apache-2.0

import Trust

extension Department {
  /// Notes a finding that somebody must be told of.
  public func raise(
    _ level: CriticalResult.Level, exam: Int64, finding: String, recipient: String = "", by performer: Performer
  ) throws -> CriticalResult {
    guard performer.role == .radiologist else {
      throw RadiologyError(.forbidden, "A radiologist raises critical results.")
    }
    guard !finding.isEmpty else { throw RadiologyError(.invalid, "Say what was found.") }
    return try store.write { tables in
      let (order, index) = try knownExam(exam, in: tables)
      var result = CriticalResult(exam: exam, level: level, finding: finding, at: now, by: performer.name)
      let request = order.request
      let asking = request.requestingPhysician.isEmpty ? request.referringPhysician : request.requestingPhysician
      result.recipient = recipient.isEmpty ? asking : recipient
      result.id = try tables.save(result)
      try tables.append(
        event("critical.raised", order, order.procedures[index], to: level.rawValue, by: performer, reason: finding))
      return result
    }
  }

  /// Notes a call about a critical result; one that was said back acknowledges it. Nothing else of it is changed, so
  /// whoever may not see its words may note a call all the same.
  public func call(
    about id: Int64, person: String, means: String, readBack: Bool, by performer: Performer
  ) throws -> CriticalResult {
    guard !person.isEmpty else { throw RadiologyError(.invalid, "Say who was told.") }
    return try store.write { tables in
      guard var result = try tables.criticalResult(id: id) else {
        throw RadiologyError(.notFound, "There is no critical result \(id).")
      }
      let (order, index) = try knownExam(result.exam, in: tables)
      result.calls.append(.init(person: person, means: means, readBack: readBack, at: now, by: performer.name))
      _ = try tables.save(result)
      try tables.append(
        event(
          readBack ? "critical.acknowledged" : "critical.called", order, order.procedures[index],
          to: result.level.rawValue, by: performer, reason: person))
      return try shown(result, to: performer, in: tables)
    }
  }

  /// A result without its words where they tell of a report that nobody has validated, but for those who write reports.
  private func shown(
    _ result: CriticalResult, to performer: Performer, in tables: any RadiologyTables
  ) throws -> CriticalResult {
    guard !Self.seesDrafts(performer), try tables.visibleVersions(ofExam: result.exam).isEmpty else { return result }
    var result = result
    result.finding = ""
    return result
  }

  /// Those that nobody acknowledged, oldest first, and whether their time has run out.
  public func openCriticalResults() throws -> [(result: CriticalResult, isLate: Bool)] {
    let now = now
    return try store.read { try $0.openCriticalResults() }.map { ($0, now - $0.at > $0.limit) }
  }

  /// The same with the exams that they are of, as somebody may see them.
  public func openCriticalExams(
    for performer: Performer
  ) throws -> [(result: CriticalResult, isLate: Bool, exam: ExamItem)] {
    let now = now
    return try store.read { tables in
      try tables.openCriticalResults().compactMap { result in
        guard let exam = try tables.item(result.exam) else { return nil }
        return (try shown(result, to: performer, in: tables), now - result.at > result.limit, exam)
      }
    }
  }

  /// Passes results that nobody acknowledged in time on to the next person who was named for that: each time that the
  /// limit of the level has run out once more. Whoever is the last stays the one to be told.
  /// - Returns: all that are late.
  public func escalateCriticalResults() throws -> [CriticalResult] {
    let now = now
    let late = try store.read { try $0.openCriticalResults() }.filter { now - $0.at > $0.limit }
    guard late.contains(where: { isDue($0, at: now) }) else { return late }
    return try store.write { tables in
      try tables.openCriticalResults().filter { now - $0.at > $0.limit }.map { late in
        var result = late
        while isDue(result, at: now) {
          let step = result.escalations.count
          result.escalations.append(
            .init(at: now, contact: step < options.criticalContacts.count ? options.criticalContacts[step] : ""))
          let (order, index) = try knownExam(result.exam, in: tables)
          try tables.append(
            event(
              "critical.escalated", order, order.procedures[index], to: result.level.rawValue,
              by: Performer(name: "", origin: .system), reason: result.contact))
        }
        if result != late { _ = try tables.save(result) }
        return result
      }
    }
  }

  /// There is somebody left who can be told, or it was never escalated.
  private func isDue(_ result: CriticalResult, at now: Int64) -> Bool {
    guard let due = result.dueAt, due < now else { return false }
    return result.escalations.count < max(options.criticalContacts.count, 1)
  }

  /// All of an exam, as somebody may see them.
  public func criticalResults(ofExam exam: Int64, for performer: Performer) throws -> [CriticalResult] {
    try store.read { tables in
      try tables.criticalResults(ofExam: exam).map { try shown($0, to: performer, in: tables) }
    }
  }
}
