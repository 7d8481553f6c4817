// SPDX-License-Identifier: Apache-2.0

import SQLInterface

extension Migration {
  /// Patient, study, series, instance; names; the study list's search text; the outbox.
  static let archive = Migration(number: 3, name: "archive") { dialect in
    patientTables(dialect) + studyTables(dialect) + instanceTables(dialect)
  }

  /// A patient is an ID and its issuer (PS3.3 §C.7.1.1). Where there is no ID, each study is a patient of its own:
  /// its UID stands in `unidentified`.
  private static func patientTables(_ dialect: any SQLDialect) -> String {
    """
    CREATE TABLE patient (
      id \(dialect.rowKey),
      patient_id \(dialect.textType) NOT NULL,
      issuer \(dialect.textType) NOT NULL,
      unidentified \(dialect.textType) NOT NULL,
      name \(dialect.textType) NOT NULL,
      birth_date \(dialect.textType) NOT NULL,
      sex \(dialect.textType) NOT NULL,
      studies BIGINT NOT NULL DEFAULT 0,
      series BIGINT NOT NULL DEFAULT 0,
      instances BIGINT NOT NULL DEFAULT 0,
      attributes \(dialect.bytesType) NOT NULL);
    CREATE UNIQUE INDEX patient_by_identity ON patient (patient_id, issuer, unidentified);
    CREATE INDEX patient_by_birth_date ON patient (birth_date);

    CREATE TABLE person_name (
      kind BIGINT NOT NULL,
      owner BIGINT NOT NULL,
      group_text \(dialect.textType) NOT NULL);
    CREATE INDEX person_name_by_group ON person_name (kind, group_text, owner);
    CREATE INDEX person_name_by_owner ON person_name (kind, owner);

    CREATE TABLE person_name_word (
      kind BIGINT NOT NULL,
      owner BIGINT NOT NULL,
      word \(dialect.textType) NOT NULL,
      code \(dialect.textType));
    CREATE INDEX person_name_word_by_word ON person_name_word (kind, word, owner);
    CREATE INDEX person_name_word_by_code ON person_name_word (kind, code, owner);
    CREATE INDEX person_name_word_by_owner ON person_name_word (kind, owner);

    """
  }

  /// Sets of terms are written `\\CT\\MR\\`, so that one of them is found as `\\CT\\`. Unknown dates are empty,
  /// unknown times -1.
  private static func studyTables(_ dialect: any SQLDialect) -> String {
    """
    CREATE TABLE study (
      id \(dialect.rowKey),
      patient BIGINT NOT NULL REFERENCES patient (id),
      uid \(dialect.textType) NOT NULL,
      date \(dialect.textType) NOT NULL,
      time_of_day BIGINT NOT NULL,
      time \(dialect.textType) NOT NULL,
      accession \(dialect.textType) NOT NULL,
      study_id \(dialect.textType) NOT NULL,
      description \(dialect.textType) NOT NULL,
      referrer \(dialect.textType) NOT NULL,
      modalities \(dialect.textType) NOT NULL,
      sop_classes \(dialect.textType) NOT NULL,
      series BIGINT NOT NULL DEFAULT 0,
      instances BIGINT NOT NULL DEFAULT 0,
      conflicts BIGINT NOT NULL DEFAULT 0,
      first_received BIGINT NOT NULL,
      last_received BIGINT NOT NULL,
      name_key \(dialect.textType) NOT NULL,
      patient_id \(dialect.textType) NOT NULL,
      description_key \(dialect.textType) NOT NULL,
      attributes \(dialect.bytesType) NOT NULL);
    CREATE UNIQUE INDEX study_by_uid ON study (uid);
    CREATE INDEX study_by_patient ON study (patient);
    CREATE INDEX study_by_date ON study (date, time_of_day, id);
    CREATE INDEX study_by_name ON study (name_key, id);
    CREATE INDEX study_by_patient_id ON study (patient_id, id);
    CREATE INDEX study_by_accession ON study (accession, id);
    CREATE INDEX study_by_study_id ON study (study_id);
    CREATE INDEX study_by_description ON study (description_key, id);
    CREATE INDEX study_by_modalities ON study (modalities, id);
    CREATE INDEX study_by_last_received ON study (last_received, id);

    CREATE TABLE study_search (
      study \(dialect.sharedKey),
      date \(dialect.textType) NOT NULL,
      modalities \(dialect.textType) NOT NULL,
      words \(dialect.textType) NOT NULL);
    \(dialect.createInfixIndex(table: "study_search", key: "study", column: "words"))

    CREATE TABLE series (
      id \(dialect.rowKey),
      study BIGINT NOT NULL REFERENCES study (id),
      uid \(dialect.textType) NOT NULL,
      number BIGINT NOT NULL,
      modality \(dialect.textType) NOT NULL,
      instances BIGINT NOT NULL DEFAULT 0,
      attributes \(dialect.bytesType) NOT NULL);
    CREATE UNIQUE INDEX series_by_uid ON series (uid, study);
    CREATE INDEX series_by_study ON series (study, number, id);

    """
  }

  /// `instance` holds the current versions, `instance_version` all others with what they say of themselves.
  private static func instanceTables(_ dialect: any SQLDialect) -> String {
    let location = """
      file BIGINT NOT NULL REFERENCES stored_file (id),
        position BIGINT NOT NULL,
        length BIGINT NOT NULL,
        checksum BIGINT NOT NULL,
        data_set_offset BIGINT NOT NULL,
        pixel_data_offset BIGINT,
        data_set_checksum BIGINT NOT NULL,
        source BIGINT NOT NULL REFERENCES source (id),
        received_at BIGINT NOT NULL
      """
    return """
      CREATE TABLE term (id \(dialect.rowKey), text \(dialect.textType) NOT NULL UNIQUE);
      CREATE TABLE stored_file (
        id \(dialect.rowKey),
        path \(dialect.textType) NOT NULL UNIQUE,
        indexed_end BIGINT NOT NULL);
      CREATE TABLE source (
        id \(dialect.rowKey),
        way \(dialect.textType) NOT NULL,
        sender \(dialect.textType) NOT NULL,
        receiver \(dialect.textType) NOT NULL,
        address \(dialect.textType) NOT NULL,
        UNIQUE (way, sender, receiver, address));

      CREATE TABLE instance (
        id \(dialect.rowKey),
        series BIGINT NOT NULL REFERENCES series (id),
        uid \(dialect.textType) NOT NULL,
        number BIGINT NOT NULL,
        sop_class BIGINT NOT NULL REFERENCES term (id),
        transfer_syntax BIGINT NOT NULL REFERENCES term (id),
        versions BIGINT NOT NULL DEFAULT 1,
        \(location),
        attributes \(dialect.bytesType) NOT NULL);
      CREATE UNIQUE INDEX instance_by_uid ON instance (uid);
      CREATE INDEX instance_by_series ON instance (series, number, id);

      CREATE TABLE instance_version (
        id \(dialect.rowKey),
        instance BIGINT NOT NULL REFERENCES instance (id),
        version BIGINT NOT NULL,
        study_uid \(dialect.textType) NOT NULL,
        series_uid \(dialect.textType) NOT NULL,
        sop_class BIGINT NOT NULL REFERENCES term (id),
        transfer_syntax BIGINT NOT NULL REFERENCES term (id),
        \(location),
        attributes \(dialect.bytesType) NOT NULL);
      CREATE UNIQUE INDEX instance_version_by_instance ON instance_version (instance, version);

      CREATE TABLE event (
        id \(dialect.ascendingKey),
        kind BIGINT NOT NULL REFERENCES term (id),
        instance BIGINT NOT NULL REFERENCES instance (id),
        at BIGINT NOT NULL);
      """
  }
}
