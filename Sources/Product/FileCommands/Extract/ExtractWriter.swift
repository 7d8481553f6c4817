// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import DICOMFile

/// Takes the rows of a table.
protocol ExtractWriter {
  mutating func write(_ row: [ExtractCell]) throws
  /// Ends the table and gives its file its name.
  mutating func close() throws
  /// Removes a file that is not whole.
  func discard()
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
    try line(columns)
  }

  func write(_ row: [ExtractCell]) throws { try line(row.map { $0.texts.joined(separator: "\\") }) }
  func close() throws { try file.close() }
  func discard() { file.discard() }

  private func line(_ fields: [String]) throws {
    var line: [UInt8] = []
    for (index, field) in fields.enumerated() {
      if index > 0 { line.append(UInt8(ascii: ",")) }
      let needsQuotes = field.utf8.contains { $0 == 0x22 || $0 == 0x2C || $0 == 0x0A || $0 == 0x0D }
      guard needsQuotes else {
        line += field.utf8
        continue
      }
      line.append(0x22)
      for byte in field.utf8 { line += byte == 0x22 ? [0x22, 0x22] : [byte] }
      line.append(0x22)
    }
    line.append(0x0A)
    try file.write(line)
  }
}

/// Rows as JSON objects, one per line; what is absent is null, several values are an array.
struct JSONLinesWriter: ExtractWriter {
  private let file: OutputFile
  private let columns: [String]

  init(_ output: String?, columns: [String]) throws {
    file = try OutputFile(output)
    self.columns = columns
  }

  func write(_ row: [ExtractCell]) throws {
    var text = JSONText()
    text.open("{")
    for (name, cell) in zip(columns, row) {
      text.name(name)
      switch cell.texts.count {
      case 0: text.raw("null")
      case 1: Self.value(cell.texts[0], cell, &text)
      default:
        text.open("[")
        for each in cell.texts { Self.value(each, cell, &text) }
        text.close("]")
      }
    }
    text.close("}")
    try file.write(text.bytes + [0x0A])
  }

  func close() throws { try file.close() }
  func discard() { file.discard() }

  /// A number as it is written where JSON allows that.
  private static func value(_ value: String, _ cell: ExtractCell, _ text: inout JSONText) {
    guard cell.isNumber, let number = Double(value), number.isFinite else { return text.string(value) }
    if let integer = Int(value) { return text.raw(String(integer)) }
    text.raw(number == number.rounded() && abs(number) < 1e15 ? String(Int64(number)) : "\(number)")
  }
}
