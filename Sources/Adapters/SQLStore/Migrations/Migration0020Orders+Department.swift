// SPDX-License-Identifier: Apache-2.0

import SQLInterface

extension Migration {
  /// Studies and their exams, resources, bookings, the waiting list, the catalogue, answers about safety.
  static func departmentTables(_ dialect: any SQLDialect) -> String {
    """
    CREATE TABLE ris_study (
      study_uid \(dialect.textType) NOT NULL PRIMARY KEY,
      ris_procedure BIGINT NOT NULL,
      state \(dialect.textType) NOT NULL,
      received_at BIGINT NOT NULL,
      document \(dialect.textType) NOT NULL);
    CREATE INDEX ris_study_by_procedure ON ris_study (ris_procedure);
    CREATE INDEX ris_study_by_state ON ris_study (state, received_at);

    CREATE TABLE ris_resource (
      id \(dialect.rowKey),
      name \(dialect.textType) NOT NULL UNIQUE,
      document \(dialect.textType) NOT NULL);

    CREATE TABLE ris_booking (
      id \(dialect.rowKey),
      ris_procedure BIGINT NOT NULL,
      ris_step BIGINT NOT NULL,
      from_minute BIGINT NOT NULL,
      to_minute BIGINT NOT NULL,
      document \(dialect.textType) NOT NULL);
    CREATE INDEX ris_booking_by_procedure ON ris_booking (ris_procedure);
    CREATE INDEX ris_booking_by_time ON ris_booking (from_minute, to_minute);

    CREATE TABLE ris_booking_resource (
      booking BIGINT NOT NULL REFERENCES ris_booking (id),
      resource BIGINT NOT NULL REFERENCES ris_resource (id),
      from_minute BIGINT NOT NULL,
      to_minute BIGINT NOT NULL,
      overbooked BIGINT NOT NULL);
    CREATE INDEX ris_booking_resource_by_booking ON ris_booking_resource (booking);
    \(dialect.refuseOverlaps(
      table: "ris_booking_resource", key: "resource", from: "from_minute", to: "to_minute", exempt: "overbooked"))

    CREATE TABLE ris_waiting (
      ris_procedure \(dialect.sharedKey),
      since BIGINT NOT NULL,
      document \(dialect.textType) NOT NULL);
    CREATE INDEX ris_waiting_by_time ON ris_waiting (since);

    CREATE TABLE ris_catalogue (
      code \(dialect.textType) NOT NULL PRIMARY KEY,
      document \(dialect.textType) NOT NULL);

    CREATE TABLE ris_screening (
      id \(dialect.ascendingKey),
      ris_procedure BIGINT NOT NULL,
      document \(dialect.textType) NOT NULL);
    CREATE INDEX ris_screening_by_procedure ON ris_screening (ris_procedure, id);
    """
  }
}
