// SPDX-License-Identifier: Apache-2.0

import SQLInterface

extension Migration {
  /// What lists read stands close together: the patient is in the exam's row too, so that an index alone answers for
  /// the exams of some patients; that of exams without images answers alone for their list, and names are compared
  /// without their patients. An engine that counts how many texts have a word does so for rare ones too.
  static let closerLists = Migration(number: 78, name: "closer lists") { dialect in
    """
    ALTER TABLE ris_procedure ADD COLUMN patient BIGINT NOT NULL DEFAULT 0;
    UPDATE ris_procedure SET patient = COALESCE(
      (SELECT o.patient FROM ris_order o WHERE o.id = ris_procedure.ris_order), 0);
    CREATE INDEX ris_procedure_by_patient ON ris_procedure
      (patient, status, status_since, id, priority, start_at, modality, claimed_by, images);
    DROP INDEX ris_procedure_by_images;
    CREATE INDEX ris_procedure_by_images ON ris_procedure
      (images, status, status_since, id, priority, start_at, modality, claimed_by);
    \(dialect.infixIsExact ? "" : "CREATE INDEX ris_patient_names ON ris_patient (id, search_text);")
    \(["report", "ris_report_text", "ris_report_affirmed"].map { dialect.countRareWords(table: $0, column: "words") }
      .joined(separator: "\n"))
    """
  }
}
