// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import DICOMCore
import DICOMDictionary
import DICOMFile
import DICOMMedia
import Foundation

/// `martlet media check`: whether a file-set is whole and its directory says what its files say.
struct MediaCheck: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check",
    abstract: "Check a file-set: missing files, wrong keys, duplicates.",
    discussion: """
      Each file that the DICOMDIR names is read up to its pixel data and compared with its record and those above it. \
      DICOM files that the DICOMDIR does not name are listed too. Exit code 1 says that something is wrong.
      """)

  @Argument(help: "The folder of the file-set, or its DICOMDIR.", completion: .file())
  var path: String

  @OptionGroup var profile: ProfileOption

  @Flag(help: "Print JSON.")
  var json = false

  private struct Report: Encodable {
    struct Problem: Encodable {
      let kind: String
      let file: String
      let text: String
    }
    let files: Int
    let problems: [Problem]
  }

  mutating func run() throws {
    let folder = try MediaFolder(path)
    let result = try folder.directory()
    var problems = result.findings.map { MediaProblem(.directory, "\($0)") }
    problems += DirectoryCheck.check(result.directory, profile: profile.chosen)
    var seen: Set<String> = []
    for record in result.directory.records { Self.check(record, [], folder, &problems, &seen) }
    problems += Self.unlisted(folder, seen)
    let count = result.directory.referencedFiles.count
    if json {
      try printJSON(
        Report(
          files: count,
          problems: problems.map { Report.Problem(kind: $0.kind.rawValue, file: $0.file, text: $0.text) }))
    } else {
      for problem in problems { print(problem) }
      print("\(count) files, \(problems.count) problems")
    }
    flushOutput()
    if !problems.isEmpty { throw ExitCode.failure }
  }

  private static func check(
    _ record: DirectoryRecord, _ ancestors: [DirectoryRecord], _ folder: MediaFolder, _ problems: inout [MediaProblem],
    _ seen: inout Set<String>
  ) {
    if record.isInUse, let file = record.reference?.fileID {
      if let path = folder.path(of: file) {
        seen.insert(path)
        do {
          let object = try MediaInput.object(path)
          problems += DirectoryCheck.check(record, ancestors: ancestors, against: object)
        } catch {
          problems.append(MediaProblem(.unreadableFile, file: "\(file)", "\(error)"))
        }
      } else {
        problems.append(MediaProblem(.missingFile, file: "\(file)", "The file is not there."))
      }
    }
    for child in record.children { check(child, ancestors + [record], folder, &problems, &seen) }
  }

  /// DICOM files below the root that no record names.
  private static func unlisted(_ folder: MediaFolder, _ seen: Set<String>) -> [MediaProblem] {
    FilesBelow(folder.root).compactMap { path in
      guard path != folder.directoryPath, !seen.contains(path),
        let scan = try? HeaderScan(wanted: [.sopInstanceUID]).read(path), !scan.meta.isEmpty
      else { return nil }
      return MediaProblem(.unlistedFile, file: path, "The directory does not name this file.")
    }
  }
}
