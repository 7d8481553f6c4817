// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import DICOMCore
import DICOMFile
import DICOMValidation
import Foundation

/// `martlet validate`: what in DICOM files is against the standard.
struct Validate: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "validate",
    abstract: "Check DICOM files against the standard.",
    discussion: """
      Modules and types of attributes by SOP class, functional groups, value representations, enumerated values and \
      defined terms, and whether attributes agree with one another. Folders are searched for files with all that is in \
      them. Exit code 1 says that there are errors or files that could not be read; warnings and notes do not count.
      """)

  @Argument(help: "Files and folders to check; - is the standard input.", completion: .file())
  var files: [String]

  @Flag(help: "Print JSON: an array with an object for each file.")
  var json = false

  @Option(help: "Leave out what matters less than this: error, warning or note.")
  var severity: ValidationSeverity = .note

  @Flag(help: "Print only how many errors, warnings and notes each file has.")
  var summary = false

  mutating func run() throws {
    let options = ValidationOptions(minimumSeverity: severity)
    var failed = false
    var isFirst = true
    if json { print("[") }
    for path in files {
      for file in FilesBelow(path) {
        var report = ValidationReport(file: file)
        do {
          report.findings = try Validator.validate(file: FileBytes(file).readAll(), options: options)
        } catch {
          report.failure = "\(error)"
        }
        failed = failed || report.hasErrors
        if json, !isFirst { print(",") }
        isFirst = false
        if json { try report.printAsJSON() } else { report.printAsText(isShort: summary) }
      }
    }
    if json { print("]") }
    flushOutput()
    if failed { throw ExitCode.failure }
  }
}

extension ValidationSeverity: ExpressibleByArgument {}
