// SPDX-License-Identifier: Apache-2.0

import DICOMCore

/// Preamble and file meta information of the files that ingest writes (PS3.10 §7.1).
enum FileHead {
  static func encode(
    sopClass: UID, sopInstance: UID, transferSyntax: UID, source: InstanceSource, options: ArchiveOptions
  ) -> [UInt8] {
    []
  }
}
