// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import DICOMFile

/// Takes the rows of a table.
protocol ExtractWriter {
  /// How a row is written as text, by any thread; nil where rows are taken one by one as `write` gives them.
  var text: ExtractText? { get }
  /// Rows as text, some or many.
  mutating func write(_ rows: [UInt8]) throws
  mutating func write(_ row: [ExtractCell]) throws
  /// Ends the table and gives its file its name.
  mutating func close() throws
  /// Removes a file that is not whole.
  func discard()
}

/// The forms of a row as text.
enum ExtractText: Sendable {
  case csv
  /// With the names of the columns.
  case jsonLines([String])

  func append(_ row: [ExtractCell], to output: inout [UInt8]) {
    switch self {
    case .csv: CSVText.append(row, to: &output)
    case .jsonLines(let columns): JSONLinesWriter.append(row, columns, to: &output)
    }
  }
}

/// How `extract` writes.
enum ExtractFormat: String, ExpressibleByArgument, CaseIterable, Sendable {
  case csv, jsonl, sqlite

  init?(fileName: String) {
    switch fileName.split(separator: ".").last?.lowercased() {
    case "csv": self = .csv
    case "jsonl", "ndjson", "json": self = .jsonl
    case "sqlite", "sqlite3", "db": self = .sqlite
    default: return nil
    }
  }

  func writer(_ output: String?, table: String, columns: [String]) throws -> any ExtractWriter {
    switch self {
    case .csv: try CSVWriter(output, columns: columns)
    case .jsonl: try JSONLinesWriter(output, columns: columns)
    case .sqlite: try SQLiteWriter(output ?? "", table: table, columns: columns)
    }
  }
}

/// Rows as CSV (RFC 4180), with a line of names.
struct CSVWriter: ExtractWriter {
  private let file: OutputFile

  init(_ output: String?, columns: [String]) throws {
    file = try OutputFile(output)
    try write(columns.map { ExtractCell(texts: [$0], isNumber: false) })
  }

  var text: ExtractText? { .csv }

  func write(_ rows: [UInt8]) throws { try file.write(rows) }

  func write(_ row: [ExtractCell]) throws {
    var line: [UInt8] = []
    CSVText.append(row, to: &line)
    try file.write(line)
  }

  func close() throws { try file.close() }
  func discard() { file.discard() }
}

/// Rows as JSON objects, one per line; what is absent is null, several values are an array.
struct JSONLinesWriter: ExtractWriter {
  private let file: OutputFile
  private let columns: [String]

  init(_ output: String?, columns: [String]) throws {
    file = try OutputFile(output)
    self.columns = columns
  }

  var text: ExtractText? { .jsonLines(columns) }

  func write(_ rows: [UInt8]) throws { try file.write(rows) }

  func write(_ row: [ExtractCell]) throws {
    var line: [UInt8] = []
    Self.append(row, columns, to: &line)
    try file.write(line)
  }

  func close() throws { try file.close() }
  func discard() { file.discard() }

  static func append(_ row: [ExtractCell], _ columns: [String], to output: inout [UInt8]) {
    var text = JSONText()
    text.open("{")
    for (name, cell) in zip(columns, row) {
      text.name(name)
      switch cell.texts.count {
      case 0: text.raw("null")
      case 1: value(cell.texts[0], cell, &text)
      default:
        text.open("[")
        for each in cell.texts { value(each, cell, &text) }
        text.close("]")
      }
    }
    text.close("}")
    output += text.bytes
    output.append(0x0A)
  }

  /// A number as it is written where JSON allows that.
  private static func value(_ value: String, _ cell: ExtractCell, _ text: inout JSONText) {
    guard cell.isNumber, let number = Double(value), number.isFinite else { return text.string(value) }
    if let integer = Int(value) { return text.raw(String(integer)) }
    text.raw(number == number.rounded() && abs(number) < 1e15 ? String(Int64(number)) : "\(number)")
  }
}
