// SPDX-License-Identifier: Apache-2.0

import DICOMCore
import DICOMValidation
import Foundation

/// What `martlet validate` says of a file.
struct ValidationReport {
  let file: String
  var findings: [ValidationFinding] = []
  /// Why the file could not be read.
  var failure: String?

  init(file: String) { self.file = file }

  var hasErrors: Bool { failure != nil || findings.contains { $0.severity == .error } }

  func printAsText(isShort: Bool) {
    if let failure {
      complain("martlet: \(file): \(failure)")
      return
    }
    print("# \(file): \(counts)")
    if isShort { return }
    for finding in findings {
      let place = finding.path.isEmpty ? "" : "\(finding.path)\(finding.tag.map { " \($0)" } ?? ""): "
      print("\(finding.severity.rawValue): \(place)\(finding.text) [\(finding.kind.rawValue); \(finding.clause)]")
    }
  }

  func printAsJSON() throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    print(String(decoding: try encoder.encode(Entry(self)), as: UTF8.self))
  }

  private var counts: String {
    if findings.isEmpty { return "conforms" }
    return ValidationSeverity.allCases.reversed().compactMap { severity in
      let count = findings.count { $0.severity == severity }
      return count == 0 ? nil : "\(count) \(severity.rawValue)\(count == 1 ? "" : "s")"
    }.joined(separator: ", ")
  }

  /// The JSON of a file.
  private struct Entry: Encodable {
    struct Line: Encodable {
      let severity: ValidationSeverity
      let kind: ValidationKind
      let path: String
      let tag: String?
      let keyword: String
      let module: String?
      let clause: String
      let text: String
    }

    let file: String
    let error: String?
    let findings: [Line]

    init(_ report: ValidationReport) {
      file = report.file
      error = report.failure
      findings = report.findings.map {
        Line(
          severity: $0.severity, kind: $0.kind, path: $0.path, tag: $0.tag?.hexadecimal, keyword: $0.keyword,
          module: $0.module, clause: $0.clause, text: $0.text)
      }
    }
  }
}
