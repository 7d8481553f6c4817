// SPDX-License-Identifier: Apache-2.0

import SQLInterface

extension Migration {
  /// Which studies wait to be settled, how many study files each had, and which extents wait for their release.
  static let lifeCycle = Migration(number: 10, name: "life cycle") { dialect in
    """
    ALTER TABLE study ADD COLUMN unsettled BIGINT NOT NULL DEFAULT 1;
    ALTER TABLE study ADD COLUMN generation BIGINT NOT NULL DEFAULT 0;
    CREATE INDEX study_unsettled ON study (last_received) WHERE unsettled = 1;
    CREATE INDEX instance_by_file ON instance (file, position);
    CREATE INDEX instance_version_by_file ON instance_version (file, position);

    CREATE TABLE retired_extent (
      id \(dialect.rowKey),
      file BIGINT NOT NULL REFERENCES stored_file (id),
      position BIGINT NOT NULL,
      length BIGINT NOT NULL,
      checksum BIGINT NOT NULL,
      release_at BIGINT NOT NULL);
    CREATE INDEX retired_extent_by_time ON retired_extent (release_at, id);
    CREATE INDEX retired_extent_by_file ON retired_extent (file);

    CREATE TABLE index_rebuild (begun_at BIGINT NOT NULL);
    """
  }
}
