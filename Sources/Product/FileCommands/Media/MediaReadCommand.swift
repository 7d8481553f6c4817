// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import DICOMCore
import DICOMDictionary
import DICOMMedia
import Foundation

/// `martlet media read`: what a DICOMDIR lists.
struct MediaRead: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "read",
    abstract: "List what a DICOMDIR says of its file-set.",
    discussion: """
      Wrong offsets are borne: the records are then taken in their order. What was passed over is told on the \
      standard error, or in the JSON.
      """)

  @Argument(help: "The folder of the file-set, or its DICOMDIR.", completion: .file())
  var path: String

  @Flag(help: "Print JSON.")
  var json = false

  private struct Record: Encodable {
    let type: String
    let isInUse: Bool
    let file: String?
    let sopClass: String?
    let sopInstance: String?
    let transferSyntax: String?
    /// By keyword; sequences are left out.
    let keys: [String: [String]]
    let records: [Record]

    init(_ record: DirectoryRecord) {
      type = record.type.rawValue
      isInUse = record.isInUse
      file = record.reference?.fileID.description
      sopClass = record.reference?.sopClass?.rawValue
      sopInstance = record.reference?.sopInstance?.rawValue
      transferSyntax = record.reference?.transferSyntax?.rawValue
      var keys: [String: [String]] = [:]
      for element in record.keys.elements {
        guard let values = record.keys.strings(element.tag) else { continue }
        keys[DataDictionary.entry(for: element.tag)?.keyword ?? "\(element.tag)"] = values
      }
      self.keys = keys
      records = record.children.map(Record.init)
    }
  }

  private struct Listing: Encodable {
    let fileSetID: String
    let instance: String
    let files: Int
    let findings: [String]
    let records: [Record]
  }

  mutating func run() throws {
    let result = try MediaFolder(path).directory()
    let directory = result.directory
    if json {
      return try printJSON(
        Listing(
          fileSetID: directory.fileSetID, instance: directory.instance.rawValue,
          files: directory.referencedFiles.count, findings: result.findings.map { "\($0.kind.rawValue): \($0)" },
          records: directory.records.map(Record.init)))
    }
    print("File-set \"\(directory.fileSetID)\", \(directory.referencedFiles.count) files")
    for record in directory.records { Self.printText(record, indent: "") }
    flushOutput()
    for finding in result.findings { complain("\(path): \(finding)") }
  }

  private static func printText(_ record: DirectoryRecord, indent: String) {
    let words = record.type.keys.compactMap { key -> String? in
      guard let values = record.keys.strings(key.tag), !values.isEmpty else { return nil }
      return values.joined(separator: "\\")
    }
    let file = record.reference.map { "  → \($0.fileID)" } ?? ""
    print("\(indent)\(record.type)\(record.isInUse ? "" : " (not in use)")  \(words.joined(separator: " | "))\(file)")
    for child in record.children { printText(child, indent: indent + "  ") }
  }
}
