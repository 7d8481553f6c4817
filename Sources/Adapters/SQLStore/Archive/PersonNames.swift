// SPDX-License-Identifier: Apache-2.0

import DICOMServices
import SQLInterface

/// Writes the forms in which a person's name is searched: its component groups, and its words with their phonetic
/// codes.
struct PersonNames {
  private let connection: any SQLConnection

  init(_ connection: any SQLConnection) { self.connection = connection }

  func add(_ kind: NameKind, owner: Int64, name: String) throws {
    if name.isEmpty { return }
    for group in PersonNamePattern.groups(name) where !group.isEmpty {
      try connection.execute(
        "INSERT INTO person_name (kind, owner, group_text) VALUES (?, ?, ?)",
        [.integer(kind.rawValue), .integer(owner), .text(group)])
    }
    for word in Set(TextFolding.words(name)) {
      try connection.execute(
        "INSERT INTO person_name_word (kind, owner, word, code) VALUES (?, ?, ?, ?)",
        [.integer(kind.rawValue), .integer(owner), .text(word), .text(PhoneticCode.code(word))])
    }
  }

  func replace(_ kind: NameKind, owner: Int64, name: String) throws {
    for table in ["person_name", "person_name_word"] {
      try connection.execute(
        "DELETE FROM \(table) WHERE kind = ? AND owner = ?", [.integer(kind.rawValue), .integer(owner)])
    }
    try add(kind, owner: owner, name: name)
  }
}
