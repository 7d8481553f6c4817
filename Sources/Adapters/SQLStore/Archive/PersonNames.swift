// SPDX-License-Identifier: Apache-2.0

import DICOMCore
import DICOMDictionary
import DICOMServices
import SQLInterface

/// Whose names `person_name` holds.
enum NameKind: Int, CaseIterable {
  case patient = 1
  case referringPhysician = 2
  case readingPhysician = 3
  case otherPatient = 4

  var tag: Tag {
    switch self {
    case .patient: .patientName
    case .referringPhysician: .referringPhysicianName
    case .readingPhysician: .nameOfPhysiciansReadingStudy
    case .otherPatient: .otherPatientNames
    }
  }
}

extension [NameKind] {
  static let ofPatient: [NameKind] = [.patient, .otherPatient]
  static let ofStudy: [NameKind] = [.referringPhysician, .readingPhysician]
}

/// Writes the forms in which a person's name is searched: its component groups, and its words with their phonetic
/// codes.
struct PersonNames {
  private let connection: any SQLConnection

  init(_ connection: any SQLConnection) { self.connection = connection }

  func add(_ kinds: [NameKind], owner: Int64, _ attributes: DataSet) throws {
    var groups: [[SQLValue]] = []
    var words: [[SQLValue]] = []
    for kind in kinds {
      let key: [SQLValue] = [.integer(kind.rawValue), .integer(owner)]
      let names = (attributes.strings(kind.tag) ?? []).filter { !$0.isEmpty }
      for group in Set(names.flatMap { PersonNamePattern.groups($0) }).sorted() where !group.isEmpty {
        groups.append(key + [.text(group)])
      }
      for word in Set(names.flatMap { TextFolding.words($0) }).sorted() {
        words.append(key + [.text(word), .text(PhoneticCode.code(word))])
      }
    }
    if !groups.isEmpty {
      try connection.statement("INSERT INTO person_name (kind, owner, group_text) VALUES (?, ?, ?)").runAll(groups)
    }
    if !words.isEmpty {
      try connection.statement("INSERT INTO person_name_word (kind, owner, word, code) VALUES (?, ?, ?, ?)")
        .runAll(words)
    }
  }

  func replace(_ kinds: [NameKind], owner: Int64, _ attributes: DataSet) throws {
    try remove(kinds, owner: owner)
    try add(kinds, owner: owner, attributes)
  }

  func remove(_ kinds: [NameKind], owner: Int64) throws {
    let keys = kinds.map { [SQLValue.integer($0.rawValue), .integer(owner)] }
    for table in ["person_name", "person_name_word"] {
      try connection.statement("DELETE FROM \(table) WHERE kind = ? AND owner = ?").runAll(keys)
    }
  }
}
