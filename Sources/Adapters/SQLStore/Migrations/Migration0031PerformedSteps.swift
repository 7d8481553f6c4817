// SPDX-License-Identifier: Apache-2.0

import SQLInterface

extension Migration {
  /// Modality performed procedure steps.
  static let performedSteps = Migration(number: 31, name: "performed procedure steps") { dialect in
    """
    CREATE TABLE performed_step (
      id \(dialect.ascendingKey),
      sop_instance \(dialect.textType) NOT NULL UNIQUE,
      state \(dialect.textType) NOT NULL,
      source \(dialect.textType) NOT NULL,
      created_at BIGINT NOT NULL,
      changed_at BIGINT NOT NULL,
      imaging_order BIGINT,
      study_uid \(dialect.textType) NOT NULL,
      discrepancies \(dialect.textType) NOT NULL,
      attributes \(dialect.bytesType) NOT NULL);
    CREATE INDEX performed_step_by_study ON performed_step (study_uid);
    CREATE INDEX performed_step_by_order ON performed_step (imaging_order);
    CREATE INDEX performed_step_by_discrepancy ON performed_step (id) WHERE discrepancies <> '[]';

    CREATE TABLE performed_object (
      step BIGINT NOT NULL REFERENCES performed_step (id) ON DELETE CASCADE,
      sop_instance \(dialect.textType) NOT NULL,
      PRIMARY KEY (step, sop_instance));
    CREATE INDEX performed_object_by_instance ON performed_object (sop_instance);
    """
  }
}
