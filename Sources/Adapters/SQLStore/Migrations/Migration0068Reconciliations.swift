// SPDX-License-Identifier: Apache-2.0

import Radiology
import SQLInterface

extension Migration {
  /// Acts of patient information reconciliation with what it takes to undo them, numbers that were replaced, and the
  /// Patient ID that each study bore when it came.
  static let reconciliations = Migration(number: 68, name: "reconciliations") { dialect in
    """
    CREATE TABLE ris_reconciliation (
      id \(dialect.ascendingKey),
      kind \(dialect.textType) NOT NULL,
      source BIGINT NOT NULL,
      target BIGINT NOT NULL,
      ris_order BIGINT NOT NULL,
      study_uid \(dialect.textType) NOT NULL,
      stands BIGINT NOT NULL,
      document \(dialect.textType) NOT NULL);
    CREATE INDEX ris_reconciliation_by_source ON ris_reconciliation (source, id);
    CREATE INDEX ris_reconciliation_by_target ON ris_reconciliation (target, id);
    CREATE INDEX ris_reconciliation_by_order ON ris_reconciliation (ris_order) WHERE ris_order <> 0;
    CREATE INDEX ris_reconciliation_by_study ON ris_reconciliation (study_uid) WHERE study_uid <> '';

    CREATE TABLE ris_former_identifier (
      value \(dialect.textType) NOT NULL,
      issuer \(dialect.textType) NOT NULL,
      patient BIGINT NOT NULL,
      PRIMARY KEY (value, issuer, patient));
    CREATE INDEX ris_former_identifier_by_patient ON ris_former_identifier (patient);

    ALTER TABLE ris_study ADD COLUMN patient_id \(dialect.textType) NOT NULL DEFAULT '';
    CREATE INDEX ris_study_by_patient_id ON ris_study (patient_id) WHERE patient_id <> '';
    """
  } fill: { connection in
    // What arrived before.
    var last = ""
    while true {
      let page = try connection.all(
        "SELECT study_uid, document FROM ris_study WHERE study_uid > ? ORDER BY study_uid LIMIT 1000", [.text(last)]
      ) { ($0.text(0), try DocumentColumn.decode(StudyLink.self, $0, 1).facts.patient.id) }
      guard let end = page.last?.0 else { return }
      for (study, patient) in page where !patient.isEmpty {
        try connection.execute(
          "UPDATE ris_study SET patient_id = ? WHERE study_uid = ?", [.text(patient), .text(study)])
      }
      last = end
    }
  }
}
