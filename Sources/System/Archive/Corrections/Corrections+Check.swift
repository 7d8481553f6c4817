// SPDX-License-Identifier: Apache-2.0

extension Corrections {
  /// Corrections that are asked for at a time.
  private static let portion = 1000

  /// Compares the records with what the index knows of them.
  /// - Returns: how many records there are.
  func check(_ report: (IntegrityFinding) throws -> Void) throws -> Int {
    var names: Set<String> = []
    try records.records(behind: [:]) { record, place in
      func note(_ kind: IntegrityFinding.Kind, _ reason: String) throws {
        try report(
          IntegrityFinding(kind: kind, file: place.file, offset: place.end, object: record.name, reason: reason))
      }
      names.insert(record.name)
      do throws(ArchiveError) {
        _ = try Correction(json: record.content)
      } catch {
        return try note(.damaged, error.reason)
      }
      if try index.correction(named: record.name) == nil { try note(.notIndexed, "the index does not know the record") }
    }
    var offset = 0
    while case let page = try index.corrections(ofStudy: nil, offset: offset, limit: Self.portion), !page.isEmpty {
      for listed in page where !names.contains(listed.correction.name) {
        try report(
          IntegrityFinding(
            kind: .missing, file: "records", offset: 0, object: listed.correction.name,
            reason: "the record of a correction is gone"))
      }
      offset += page.count
    }
    return names.count
  }
}
