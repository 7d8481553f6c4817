// SPDX-License-Identifier: Apache-2.0

import DICOMCore
import DICOMDictionary

/// Renders an SR document of any template as plain text: an item a line, indented by its depth.
public enum ReportText {
  /// The text, lines ended by line feeds.
  public static func render(_ report: StructuredReport) -> String {
    let patient = report.context.patient
    var lines: [String] = []
    lines.append(report.title.isEmpty ? "Report" : report.title)
    let identity = [
      ContentText.personName(patient.name), patient.id, ContentText.date(patient.birthDate), patient.sex,
    ].filter { !$0.isEmpty }
    if !identity.isEmpty { lines.append("Patient: \(identity.joined(separator: ", "))") }
    let study = report.context.study
    let about = [study.description, ContentText.date(study.date), study.accessionNumber].filter { !$0.isEmpty }
    if !about.isEmpty { lines.append("Study: \(about.joined(separator: ", "))") }
    if report.sopClass != .keyObjectSelectionDocumentStorage {
      lines.append(
        (report.header.completion == .complete ? "Complete, " : "Partial, ")
          + (report.header.isVerified ? "verified" : "not verified")
      )
    }
    for observer in report.header.verifyingObservers {
      lines.append(
        "Verified by \(ContentText.personName(observer.name)), \(observer.organization), "
          + ContentText.dateTime(observer.dateTime))
    }
    lines.append("")
    for child in report.root.children { append(child, depth: 0, &lines) }
    return lines.joined(separator: "\n") + "\n"
  }

  private static func append(_ item: ContentItem, depth: Int, _ lines: inout [String]) {
    let indent = String(repeating: "  ", count: depth)
    let value = ContentText.value(item).split(separator: "\n", omittingEmptySubsequences: false)
    let label = printable(ContentText.label(item))
    if case .container = item.value {
      lines.append("\(indent)\(label)")
    } else {
      lines.append("\(indent)\(label): \(printable(String(value.first ?? "")))")
      for line in value.dropFirst() { lines.append("\(indent)  \(printable(String(line)))") }
    }
    for child in item.children { append(child, depth: depth + 1, &lines) }
  }

  /// Without control characters, which a terminal would obey.
  private static func printable(_ text: String) -> String {
    String(
      String.UnicodeScalarView(
        text.unicodeScalars.filter { $0.value >= 0x20 && $0.value != 0x7F && !(0x80..<0xA0).contains($0.value) }))
  }
}
