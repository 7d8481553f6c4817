// SPDX-License-Identifier: Apache-2.0

import DICOMCore
import DICOMDictionary
import DICOMNIO
import DICOMNetwork

/// What the commands that ask a worklist have in common: the question, its answers, and how they are shown.
enum WorklistQuestion {
  /// The question, with all that is given in a character set that has it.
  /// - Parameters:
  ///   - given: values of the command line.
  ///   - characterSet: Specific Character Set that somebody wants; nil for UTF-8 where it is needed.
  static func identifier(for given: [String], characterSet: String? = nil) -> DataSet {
    let isPlain = given.allSatisfy { $0.utf8.allSatisfy { $0 < 0x80 } }
    var identifier = DataSet()
    if let set = characterSet ?? (isPlain ? nil : "ISO_IR 192") {
      identifier.set(.specificCharacterSet, .CS, set.split(separator: "\\").map(String.init))
    }
    return identifier
  }

  /// Asks for attributes, whatever they are.
  static func put(_ tags: [Tag], in dataSet: inout DataSet) {
    for tag in tags {
      let vr = DataDictionary.vr(for: tag) ?? .LO
      dataSet.set(DataElement(tag: tag, vr: vr, value: vr == .SQ ? .items([]) : .bytes(.empty)))
    }
  }

  /// Asks for values; those that are nil were not given.
  static func match(_ values: [(Tag, String?)], in dataSet: inout DataSet) {
    for (tag, value) in values {
      if let value { dataSet.set(tag, DataDictionary.vr(for: tag) ?? .LO, value) }
    }
  }

  /// The answers, cancelled after so many.
  static func answers(
    to identifier: DataSet, sopClass: UID, on association: Association, limit: Int?
  ) async throws -> [DataSet] {
    try await association.find(identifier, sopClass: sopClass).gathered(limit: limit)
  }

  /// Prints rows in columns as wide as they need.
  static func printTable(_ header: [String], _ entries: [[String]]) {
    let rows = [header] + entries.map { $0.map(\.withoutControls) }
    let widths = header.indices.map { index in rows.map { $0[index].count }.max() ?? 0 }
    for row in rows {
      let cells = zip(row, widths).map { text, width in text + String(repeating: " ", count: width - text.count) }
      var line = cells.joined(separator: "  ")[...]
      while line.last == " " { line.removeLast() }
      print(line)
    }
  }
}

extension FindMatches {
  /// All of them, cancelled after so many.
  func gathered(limit: Int?) async throws -> [DataSet] {
    var found: [DataSet] = []
    for try await match in self {
      found.append(match)
      if let limit, found.count >= limit {
        try await cancel()
        break
      }
    }
    return found
  }
}

extension String {
  /// Without control characters, which a peer could use against a terminal.
  var withoutControls: String {
    String(unicodeScalars.map { $0.properties.generalCategory == .control ? " " : Character($0) })
  }
}
