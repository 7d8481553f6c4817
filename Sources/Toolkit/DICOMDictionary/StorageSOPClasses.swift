// SPDX-License-Identifier: Apache-2.0

import DICOMCore

/// The SOP classes of the Storage Service Class (PS3.4 §B.5).
public enum StorageSOPClasses {
  /// Those in force, Media Storage Directory included.
  public static let all: [UID] = uids(StorageSOPClassTable.current)

  /// Those that the standard has retired; older devices still send them.
  public static let retired: [UID] = uids(StorageSOPClassTable.retired)

  /// Those of DICONDE and DICOS, non-destructive testing and security.
  public static let industrial: [UID] = uids(StorageSOPClassTable.industrial)

  /// Key of the information object definition of a storage SOP class: `ct-image`.
  public static func iodKey(for sopClass: UID) -> String? { UIDDictionary.entry(for: sopClass)?.iodKey }

  private static func uids(_ table: StaticString) -> [UID] {
    TextTable(text: table).lines.map { UID($0[0]) }
  }
}
