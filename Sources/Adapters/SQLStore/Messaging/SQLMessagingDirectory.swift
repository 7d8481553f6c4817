// SPDX-License-Identifier: Apache-2.0

import Messaging
import SQLInterface

/// Destinations and profiles in the tables `hl7_destination` and `hl7_profile`.
public struct SQLMessagingDirectory: MessagingDirectory {
  private let database: any SQLDatabase

  public init(_ database: any SQLDatabase) { self.database = database }

  public func destinations() throws -> [Destination] {
    try database.read { connection in
      try connection.all(
        """
        SELECT name, host, port, tls, active, kinds, version, character_set, sending_application, sending_facility,
          receiving_application, receiving_facility, sends_preliminary, encloses_pdf, study_link
        FROM hl7_destination ORDER BY name
        """
      ) { row in
        var destination = Destination(
          name: row.text(0), host: row.text(1), port: row.int(2), usesTLS: row.integer(3) != 0,
          isActive: row.integer(4) != 0,
          kinds: Set(row.text(5).split(separator: ",").compactMap { OutboundKind(rawValue: String($0)) }))
        destination.format.version = row.text(6)
        destination.format.characterSet = row.text(7)
        destination.format.sendingApplication = row.text(8)
        destination.format.sendingFacility = row.text(9)
        destination.format.receivingApplication = row.text(10)
        destination.format.receivingFacility = row.text(11)
        destination.reports.sendsPreliminary = row.integer(12) != 0
        destination.reports.enclosesPDF = row.integer(13) != 0
        destination.reports.studyLink = row.text(14)
        return destination
      }
    }
  }

  public func save(_ destination: Destination) throws {
    let format = destination.format
    try database.write { connection in
      try connection.execute("DELETE FROM hl7_destination WHERE name = ?", [.text(destination.name)])
      try connection.execute(
        """
        INSERT INTO hl7_destination
          (name, host, port, tls, active, kinds, version, character_set, sending_application, sending_facility,
           receiving_application, receiving_facility, sends_preliminary, encloses_pdf, study_link)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        """,
        [
          .text(destination.name), .text(destination.host), .integer(destination.port),
          .integer(destination.usesTLS ? 1 : 0), .integer(destination.isActive ? 1 : 0),
          .text(destination.kinds.map(\.rawValue).sorted().joined(separator: ",")), .text(format.version),
          .text(format.characterSet), .text(format.sendingApplication), .text(format.sendingFacility),
          .text(format.receivingApplication), .text(format.receivingFacility),
          .integer(destination.reports.sendsPreliminary ? 1 : 0), .integer(destination.reports.enclosesPDF ? 1 : 0),
          .text(destination.reports.studyLink),
        ])
    }
  }

  public func removeDestination(_ name: String) throws -> Bool {
    try database.write { try $0.execute("DELETE FROM hl7_destination WHERE name = ?", [.text(name)]) > 0 }
  }

  public func profiles() throws -> [SenderProfile] {
    try database.read { connection in
      try connection.all(
        """
        SELECT application, facility, character_set, rules, reuses_control_ids, answers_orders FROM hl7_profile
        ORDER BY application, facility
        """
      ) { row in
        SenderProfile(
          sender: MessageSender(application: row.text(0), facility: row.text(1)), characterSet: row.text(2),
          rules: row.text(3).split(separator: "\n").compactMap { MappingRule(String($0)) },
          reusesControlIDs: row.integer(4) != 0, answersOrders: row.integer(5) != 0)
      }
    }
  }

  public func save(_ profile: SenderProfile) throws {
    try database.write { connection in
      _ = try connection.execute(
        """
        INSERT INTO hl7_profile (application, facility, character_set, rules, reuses_control_ids, answers_orders)
        VALUES (?, ?, ?, ?, ?, ?)
        ON CONFLICT (application, facility) DO UPDATE SET character_set = excluded.character_set,
          rules = excluded.rules, reuses_control_ids = excluded.reuses_control_ids,
          answers_orders = excluded.answers_orders
        """,
        [
          .text(profile.sender.application), .text(profile.sender.facility), .text(profile.characterSet),
          .text(profile.rules.map(\.description).joined(separator: "\n")),
          .integer(profile.reusesControlIDs ? 1 : 0), .integer(profile.answersOrders ? 1 : 0),
        ])
    }
  }

  public func removeProfile(of sender: MessageSender) throws -> Bool {
    try database.write { connection in
      try connection.execute(
        "DELETE FROM hl7_profile WHERE application = ? AND facility = ?",
        [.text(sender.application), .text(sender.facility)]) > 0
    }
  }
}
