// SPDX-License-Identifier: Apache-2.0

import Trust

extension Department {
  /// Notes a finding that somebody must be told of.
  public func raise(
    _ level: CriticalResult.Level, exam: Int64, finding: String, by performer: Performer
  ) throws -> CriticalResult {
    guard performer.role == .radiologist else {
      throw RadiologyError(.forbidden, "A radiologist raises critical results.")
    }
    guard !finding.isEmpty else { throw RadiologyError(.invalid, "Say what was found.") }
    return try store.write { tables in
      let (order, index) = try knownExam(exam, in: tables)
      var result = CriticalResult(exam: exam, level: level, finding: finding, at: now, by: performer.name)
      result.id = try tables.save(result)
      try tables.append(
        event("critical.raised", order, order.procedures[index], to: level.rawValue, by: performer, reason: finding))
      return result
    }
  }

  /// Notes a call about a critical result; one that was said back acknowledges it.
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
      return result
    }
  }

  /// Those that nobody acknowledged, oldest first, and whether their time has run out.
  public func openCriticalResults() throws -> [(result: CriticalResult, isLate: Bool)] {
    let now = now
    return try store.read { try $0.openCriticalResults() }.map { ($0, now - $0.at > $0.limit) }
  }

  public func criticalResults(ofExam exam: Int64) throws -> [CriticalResult] {
    try store.read { try $0.criticalResults(ofExam: exam) }
  }
}
