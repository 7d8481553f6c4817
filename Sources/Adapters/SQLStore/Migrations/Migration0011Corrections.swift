// SPDX-License-Identifier: Apache-2.0

import SQLInterface

extension Migration {
  /// Corrections, what they change in headers, what they hide, how far their records are known, and the number of study
  /// files that a study had, which outlives its row.
  static let corrections = Migration(number: 11, name: "corrections") { dialect in
    """
    CREATE TABLE correction (
      id \(dialect.ascendingKey),
      name \(dialect.textType) NOT NULL UNIQUE,
      kind \(dialect.textType) NOT NULL,
      at BIGINT NOT NULL,
      note \(dialect.textType) NOT NULL,
      content \(dialect.textType) NOT NULL,
      undone_by \(dialect.textType),
      is_purged BIGINT NOT NULL DEFAULT 0);
    CREATE INDEX correction_by_time ON correction (at);
    CREATE INDEX correction_by_note ON correction (note);
    CREATE TABLE correction_study (
      study_uid \(dialect.textType) NOT NULL,
      correction BIGINT NOT NULL REFERENCES correction (id),
      PRIMARY KEY (study_uid, correction));
    CREATE INDEX correction_study_by_correction ON correction_study (correction);

    CREATE TABLE record_file (path \(dialect.textType) NOT NULL PRIMARY KEY, known_end BIGINT NOT NULL);
    CREATE TABLE study_generation (uid \(dialect.textType) NOT NULL PRIMARY KEY, generation BIGINT NOT NULL);
    INSERT INTO study_generation (uid, generation) SELECT uid, generation FROM study WHERE generation > 0;

    CREATE TABLE header_change (id \(dialect.rowKey), content \(dialect.textType) NOT NULL UNIQUE);
    CREATE TABLE header_change_correction (
      correction \(dialect.textType) NOT NULL,
      header_change BIGINT NOT NULL REFERENCES header_change (id),
      PRIMARY KEY (correction, header_change));
    ALTER TABLE instance ADD COLUMN header_change BIGINT REFERENCES header_change (id);
    ALTER TABLE instance_version ADD COLUMN header_change BIGINT REFERENCES header_change (id);
    CREATE INDEX instance_by_header_change ON instance (header_change) WHERE header_change IS NOT NULL;

    """ + hidden(dialect)
  }

  /// Objects that are rejected or in the bin, with all that they say.
  private static func hidden(_ dialect: any SQLDialect) -> String {
    """
    CREATE TABLE hidden_instance (
      id \(dialect.rowKey),
      correction \(dialect.textType) NOT NULL,
      is_deleted BIGINT NOT NULL,
      uid \(dialect.textType) NOT NULL,
      study_uid \(dialect.textType) NOT NULL,
      series_uid \(dialect.textType) NOT NULL,
      patient_id \(dialect.textType) NOT NULL,
      issuer \(dialect.textType) NOT NULL,
      unidentified \(dialect.textType) NOT NULL,
      sop_class BIGINT NOT NULL REFERENCES term (id),
      transfer_syntax BIGINT NOT NULL REFERENCES term (id),
      file BIGINT NOT NULL REFERENCES stored_file (id),
      position BIGINT NOT NULL,
      length BIGINT NOT NULL,
      checksum BIGINT NOT NULL,
      data_set_offset BIGINT NOT NULL,
      pixel_data_offset BIGINT,
      data_set_checksum BIGINT NOT NULL,
      source BIGINT NOT NULL REFERENCES source (id),
      received_at BIGINT NOT NULL,
      header_change BIGINT REFERENCES header_change (id),
      attributes \(dialect.bytesType) NOT NULL);
    CREATE INDEX hidden_instance_by_uid ON hidden_instance (uid);
    CREATE INDEX hidden_instance_by_study ON hidden_instance (study_uid);
    CREATE INDEX hidden_instance_by_series ON hidden_instance (series_uid);
    CREATE INDEX hidden_instance_by_patient ON hidden_instance (patient_id, issuer, unidentified);
    CREATE INDEX hidden_instance_by_correction ON hidden_instance (correction, study_uid);
    CREATE INDEX hidden_instance_by_file ON hidden_instance (file, position);
    CREATE INDEX hidden_instance_by_header_change ON hidden_instance (header_change) WHERE header_change IS NOT NULL;
    """
  }
}
