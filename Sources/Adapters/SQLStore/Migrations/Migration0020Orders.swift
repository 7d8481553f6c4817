// SPDX-License-Identifier: Apache-2.0

import SQLInterface

extension Migration {
  /// Patients, orders, procedures, steps and events of the department. A row's `document` is the whole value as JSON;
  /// the other columns are what is looked for.
  static let orders = Migration(number: 20, name: "orders") { dialect in
    patients(dialect) + requests(dialect) + steps(dialect) + events(dialect) + departmentTables(dialect)
  }

  private static func patients(_ dialect: any SQLDialect) -> String {
    """
    CREATE TABLE ris_patient (
      id \(dialect.rowKey),
      version BIGINT NOT NULL,
      merged_into BIGINT,
      name \(dialect.textType) NOT NULL,
      birth_date \(dialect.textType) NOT NULL,
      search_text \(dialect.textType) NOT NULL,
      document \(dialect.textType) NOT NULL);
    CREATE INDEX ris_patient_by_birth_date ON ris_patient (birth_date, id);
    CREATE INDEX ris_patient_by_name ON ris_patient (search_text, id);
    \(dialect.createInfixIndex(table: "ris_patient", key: "id", column: "search_text"))

    CREATE TABLE ris_patient_identifier (
      value \(dialect.textType) NOT NULL,
      issuer \(dialect.textType) NOT NULL,
      patient BIGINT NOT NULL REFERENCES ris_patient (id),
      PRIMARY KEY (value, issuer));
    CREATE INDEX ris_patient_identifier_by_patient ON ris_patient_identifier (patient);

    """
  }

  private static func requests(_ dialect: any SQLDialect) -> String {
    """
    CREATE TABLE ris_order (
      id \(dialect.rowKey),
      version BIGINT NOT NULL,
      patient BIGINT NOT NULL REFERENCES ris_patient (id),
      accession \(dialect.textType) NOT NULL,
      accession_issuer \(dialect.textType) NOT NULL,
      placer \(dialect.textType) NOT NULL,
      placer_issuer \(dialect.textType) NOT NULL,
      filler \(dialect.textType) NOT NULL,
      filler_issuer \(dialect.textType) NOT NULL,
      admission_id \(dialect.textType) NOT NULL,
      placed_at BIGINT NOT NULL,
      document \(dialect.textType) NOT NULL);
    CREATE UNIQUE INDEX ris_order_by_accession ON ris_order (accession, accession_issuer) WHERE accession <> '';
    CREATE UNIQUE INDEX ris_order_by_placer ON ris_order (placer, placer_issuer) WHERE placer <> '';
    CREATE UNIQUE INDEX ris_order_by_filler ON ris_order (filler, filler_issuer) WHERE filler <> '';
    CREATE INDEX ris_order_by_patient ON ris_order (patient, id);

    CREATE TABLE ris_procedure (
      id \(dialect.rowKey),
      ris_order BIGINT NOT NULL REFERENCES ris_order (id),
      procedure_id \(dialect.textType) NOT NULL,
      study_uid \(dialect.textType) NOT NULL,
      status \(dialect.textType) NOT NULL,
      status_since BIGINT NOT NULL,
      priority BIGINT NOT NULL,
      modality \(dialect.textType) NOT NULL,
      claimed_by \(dialect.textType) NOT NULL,
      document \(dialect.textType) NOT NULL);
    CREATE INDEX ris_procedure_by_order ON ris_procedure (ris_order, id);
    CREATE INDEX ris_procedure_by_study ON ris_procedure (study_uid);
    CREATE INDEX ris_procedure_by_number ON ris_procedure (procedure_id);
    CREATE INDEX ris_procedure_by_status ON ris_procedure (status, priority, status_since, id);

    """
  }

  /// A step without a start has 0 as its date.
  private static func steps(_ dialect: any SQLDialect) -> String {
    """
    CREATE TABLE ris_step (
      id \(dialect.rowKey),
      ris_procedure BIGINT NOT NULL REFERENCES ris_procedure (id),
      step_id \(dialect.textType) NOT NULL,
      modality \(dialect.textType) NOT NULL,
      status \(dialect.textType) NOT NULL,
      start_date BIGINT NOT NULL,
      start_second BIGINT NOT NULL,
      document \(dialect.textType) NOT NULL);
    CREATE INDEX ris_step_by_procedure ON ris_step (ris_procedure, id);
    CREATE INDEX ris_step_by_start ON ris_step (start_date, start_second, id);
    CREATE INDEX ris_step_by_status ON ris_step (status, start_date, start_second, id);
    CREATE INDEX ris_step_by_number ON ris_step (step_id);

    CREATE TABLE ris_step_station (
      ris_step BIGINT NOT NULL REFERENCES ris_step (id),
      ae_title \(dialect.textType) NOT NULL,
      PRIMARY KEY (ris_step, ae_title));

    """
  }

  private static func events(_ dialect: any SQLDialect) -> String {
    """
    CREATE TABLE ris_event (
      id \(dialect.ascendingKey),
      kind \(dialect.textType) NOT NULL,
      at BIGINT NOT NULL,
      patient BIGINT NOT NULL,
      ris_order BIGINT NOT NULL,
      ris_procedure BIGINT NOT NULL,
      ris_step BIGINT NOT NULL,
      from_state \(dialect.textType) NOT NULL,
      to_state \(dialect.textType) NOT NULL,
      actor \(dialect.textType) NOT NULL,
      origin \(dialect.textType) NOT NULL,
      cause \(dialect.textType) NOT NULL,
      reason \(dialect.textType) NOT NULL);
    CREATE INDEX ris_event_by_order ON ris_event (ris_order, id);
    CREATE INDEX ris_event_by_procedure ON ris_event (ris_procedure, id);
    CREATE INDEX ris_event_by_time ON ris_event (at, kind);

    CREATE TABLE ris_consumer (name \(dialect.textType) NOT NULL PRIMARY KEY, position BIGINT NOT NULL);
    CREATE TABLE ris_counter (name \(dialect.textType) NOT NULL PRIMARY KEY, value BIGINT NOT NULL);

    """
  }
}
