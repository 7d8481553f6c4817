// SPDX-License-Identifier: Apache-2.0

import Archive
import DICOMCore
import DICOMServices
import SQLInterface

/// What other archives have announced, in the tables `availability_notice` and `announced_instance`.
public struct SQLAnnouncedStudyList: AnnouncedStudyList {
  private let database: any SQLDatabase

  public init(_ database: any SQLDatabase) { self.database = database }

  public func add(
    _ notice: InstanceAvailabilityNotice, instance: UID, source: String, at time: Int64
  ) throws -> Bool {
    try database.write { connection in
      let isNew = try connection.execute(
        """
        INSERT INTO availability_notice (sop_instance, received_at) VALUES (?, ?)
        ON CONFLICT (sop_instance) DO NOTHING
        """,
        [.text(instance.rawValue), .integer(time)])
      guard isNew > 0 else { return false }
      try connection.statement(
        """
        INSERT INTO announced_instance
          (source, sop_instance, sop_class, study_uid, series_uid, availability, retrieve_ae, received_at)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?)
        ON CONFLICT (source, sop_instance) DO UPDATE SET sop_class = excluded.sop_class,
          study_uid = excluded.study_uid, series_uid = excluded.series_uid, availability = excluded.availability,
          retrieve_ae = excluded.retrieve_ae, received_at = excluded.received_at
        """
      ).runAll(
        notice.instances.map { instance in
          [
            .text(source), .text(instance.reference.sopInstance.rawValue),
            .text(instance.reference.sopClass.rawValue), .text(notice.study.rawValue), .text(instance.series.rawValue),
            .text(instance.availability.rawValue), .text(instance.retrieveAETitle), .integer(time),
          ]
        })
      return true
    }
  }

  public func studies(_ query: AnnouncedStudyQuery) throws -> [AnnouncedStudy] {
    var conditions: [String] = []
    var parameters: [SQLValue] = []
    for (column, value) in [("study_uid", query.study), ("source", query.source)] where !value.isEmpty {
      conditions.append("\(column) = ?")
      parameters.append(.text(value))
    }
    let condition = conditions.isEmpty ? "" : " WHERE " + conditions.joined(separator: " AND ")
    parameters += [.integer(query.limit), .integer(query.offset)]
    return try database.read { connection in
      let page = try connection.all(
        SQLFragment(
          """
          SELECT study_uid, source, count(*), max(received_at) FROM announced_instance\(condition)
          GROUP BY study_uid, source ORDER BY max(received_at) DESC, study_uid, source LIMIT ? OFFSET ?
          """, parameters)
      ) { row in
        AnnouncedStudy(
          study: UID(row.text(0)), source: row.text(1), instances: row.int(2), retrieveAETitles: [],
          availabilities: [], receivedAt: row.integer(3))
      }
      return try page.map { try Self.withPlaces($0, connection) }
    }
  }

  private static func withPlaces(_ study: AnnouncedStudy, _ connection: any SQLConnection) throws -> AnnouncedStudy {
    let places = try connection.all(
      "SELECT DISTINCT retrieve_ae, availability FROM announced_instance WHERE study_uid = ? AND source = ?",
      [.text(study.study.rawValue), .text(study.source)]
    ) { ($0.text(0), try availability($0.text(1))) }
    var study = study
    study.retrieveAETitles = Set(places.map(\.0)).sorted()
    study.availabilities = Set(places.map(\.1)).sorted { $0.rawValue < $1.rawValue }
    return study
  }

  public func instances(
    of study: UID, source: String, limit: Int
  ) throws -> [InstanceAvailabilityNotice.Instance] {
    try database.read { connection in
      try connection.all(
        """
        SELECT series_uid, sop_class, sop_instance, availability, retrieve_ae FROM announced_instance
        WHERE study_uid = ? AND source = ? ORDER BY series_uid, sop_instance LIMIT ?
        """, [.text(study.rawValue), .text(source), .integer(limit)]
      ) { row in
        InstanceAvailabilityNotice.Instance(
          series: UID(row.text(0)),
          reference: SOPReference(sopClass: UID(row.text(1)), sopInstance: UID(row.text(2))),
          availability: try Self.availability(row.text(3)), retrieveAETitle: row.text(4))
      }
    }
  }

  public func forget(before time: Int64) throws {
    try database.write { connection in
      for table in ["availability_notice", "announced_instance"] {
        try connection.execute("DELETE FROM \(table) WHERE received_at < ?", [.integer(time)])
      }
    }
  }

  private static func availability(_ text: String) throws -> InstanceAvailabilityNotice.Availability {
    guard let known = InstanceAvailabilityNotice.Availability(rawValue: text) else {
      throw SQLError(.schema, reason: "unknown availability \(text)")
    }
    return known
  }
}
