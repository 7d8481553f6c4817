// SPDX-License-Identifier: Apache-2.0

import Archive
import DICOMCore
import SQLInterface

/// Columns that rows of instances share, and the rows that those refer to, for one transaction.
final class InstanceColumns {
  private let connection: any SQLConnection
  let files: FileTable
  private var terms: [String: Int64] = [:]
  private var sources: [InstanceSource: Int64] = [:]
  private var changes: [HeaderChange: Int64] = [:]

  init(_ connection: any SQLConnection) {
    self.connection = connection
    files = FileTable(connection)
  }

  /// SOP class to time of receipt.
  func body(_ record: InstanceRecord) throws -> [SQLValue] {
    let location = record.location
    let file = try files.key(location.file, end: location.offset + location.length)
    if let original = location.original { try add(original, file: file, position: location.offset) }
    return [
      .integer(try term(record.identity.sopClass.rawValue)), .integer(try term(record.transferSyntax.rawValue)),
      .integer(file), .integer(location.offset),
      .integer(location.length), .integer(Int64(location.checksum)), .integer(location.dataSetOffset),
      .integer(location.pixelDataOffset), .integer(Int64(record.dataSetChecksum)),
      .integer(try source(record.source)), .integer(record.receivedAt),
    ]
  }

  /// Keeps what the instance that stands there was before it was compressed.
  func add(_ original: OriginalForm, file: Int64, position: Int64) throws {
    try connection.execute(
      """
      INSERT INTO original_form (file, position, common, length, checksum) VALUES (?, ?, ?, ?, ?)
      ON CONFLICT (file, position) DO NOTHING
      """,
      [
        .integer(file), .integer(position), .integer(try term(original.common)), .integer(original.dataSetLength),
        .integer(Int64(original.fileChecksum)),
      ])
  }

  func term(_ text: String) throws -> Int64 {
    if let id = terms[text] { return id }
    let known = try connection.first("SELECT id FROM term WHERE text = ?", [.text(text)]) { $0.integer(0) }
    let id =
      try known ?? connection.first("INSERT INTO term (text) VALUES (?) RETURNING id", [.text(text)]) { $0.integer(0) }
    terms[text] = id
    return id ?? 0
  }

  private func source(_ source: InstanceSource) throws -> Int64 {
    if let id = sources[source] { return id }
    let values: [SQLValue] = [
      .text(source.way.rawValue), .text(source.sender), .text(source.receiver), .text(source.address),
    ]
    let known = try connection.first(
      "SELECT id FROM source WHERE way = ? AND sender = ? AND receiver = ? AND address = ?", values
    ) { $0.integer(0) }
    let id =
      try known
      ?? connection.first(
        "INSERT INTO source (way, sender, receiver, address) VALUES (?, ?, ?, ?) RETURNING id", values
      ) { $0.integer(0) }
    sources[source] = id
    return id ?? 0
  }

  /// The key of a header's change; NULL for none.
  func change(_ change: HeaderChange?) throws -> SQLValue {
    guard let change else { return .null }
    if let id = changes[change] { return .integer(id) }
    let text = SQLValue.text(change.text)
    if let id = try connection.first("SELECT id FROM header_change WHERE content = ?", [text], { $0.integer(0) }) {
      changes[change] = id
      return .integer(id)
    }
    let id =
      try connection.first("INSERT INTO header_change (content) VALUES (?) RETURNING id", [text]) { $0.integer(0) } ?? 0
    try connection.statement("INSERT INTO header_change_correction (correction, header_change) VALUES (?, ?)")
      .runAll(Set(change.corrections).sorted().map { [.text($0), .integer(id)] })
    changes[change] = id
    return .integer(id)
  }

  /// Writes how far files are indexed.
  func finish() throws { try files.finish() }
}
