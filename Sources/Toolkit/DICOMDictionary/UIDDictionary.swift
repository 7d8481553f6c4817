// SPDX-License-Identifier: Apache-2.0

import DICOMCore

/// A UID that the standard assigns (PS3.6 Annex A).
public struct UIDEntry: Sendable, Hashable {
  public let uid: UID
  /// Keyword; empty for two retired SOP classes without name.
  public let keyword: String
  public let name: String
  /// What the UID stands for, in the words of PS3.6: `SOP Class`, `Transfer Syntax`, …
  public let type: String
  public let isRetired: Bool
  /// Key of the information object definition, for storage SOP classes in force: `ct-image`.
  public let iodKey: String?
}

/// The UIDs of PS3.6 Annex A.
public enum UIDDictionary {
  /// Edition of the standard that the table was generated from.
  public static var edition: String { UIDTable.edition }

  private static let table = TextTable(text: UIDTable.lines)

  /// What the standard says about a UID; nil for private ones.
  public static func entry(for uid: UID) -> UIDEntry? { table.line(uid.rawValue).map(entry) }

  /// All of them in ascending order.
  public static var all: [UIDEntry] { table.lines.map(entry) }

  private static func entry(_ fields: [String]) -> UIDEntry {
    UIDEntry(
      uid: UID(fields[0]), keyword: fields[1], name: fields[2], type: fields[3], isRetired: !fields[4].isEmpty,
      iodKey: fields[5].isEmpty ? nil : fields[5])
  }
}
