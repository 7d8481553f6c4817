// SPDX-License-Identifier: Apache-2.0

import Trust

extension Department {
  /// Limits of a result.
  enum OutsideLimits {
    static let observations = 1000
    static let bytes = 200_000
  }

  /// Keeps a result from outside at its patient, who is registered where none of the identifiers is known.
  public func keep(
    _ result: OutsideResult, for patient: PatientRecord, by performer: Performer
  ) throws -> OutsideResult {
    guard result.observations.count <= OutsideLimits.observations,
      result.observations.reduce(0, { $0 + $1.value.utf8.count }) <= OutsideLimits.bytes
    else { throw RadiologyError(.invalid, "The result is too long.") }
    return try store.write { tables in
      let patient = try register(patient, by: performer, in: tables, updates: false)
      var result = result
      (result.id, result.patient, result.receivedAt) = (0, patient.id, now)
      result.id = try tables.save(result)
      try tables.append(
        RadiologyEvent(
          "patient.result", at: now, subject: .init(patient: patient.id), to: result.status, by: performer,
          reason: result.title))
      return result
    }
  }

  /// Newest first. What is not final is for those who write reports.
  public func outsideResults(ofPatient id: Int64, limit: Int, for performer: Performer) throws -> [OutsideResult] {
    let all = try store.read { try $0.outsideResults(ofPatient: id, limit: limit) }
    return Self.seesDrafts(performer) ? all : all.filter(\.isFinal)
  }
}
