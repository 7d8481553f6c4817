// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import DICOMCore
import DICOMFile
import DICOMMedia
import Foundation

/// `martlet media write`: a file-set out of files and folders.
struct MediaWrite: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "write",
    abstract: "Make a file-set with a DICOMDIR out of files and folders.",
    usage: "martlet media write [<options>] <input> ... <output>",
    discussion: """
      Files get names of eight characters in folders by patient, study and series; README.TXT and INDEX.HTM are \
      written beside the DICOMDIR, as IHE PDI asks. Images in a transfer syntax that the profile does not have are \
      written in explicit VR little endian; what cannot be converted, such as video, stays as it is and is counted. \
      Files that are no DICOM objects are passed over. OUTPUT is an empty or new folder, or a name that ends with \
      .zip. Exit code 1 says that a file could not be taken.
      """)

  @Argument(help: "Files and folders, and last the output.", completion: .file())
  var paths: [String] = []

  @OptionGroup var profile: ProfileOption

  @Option(help: "File-set ID: up to 16 of A-Z, 0-9, _ and space.")
  var id = ""

  @Option(help: "Who makes it, for README.TXT and INDEX.HTM.")
  var institution = "not stated"

  @Flag(inversion: .prefixedNo, help: "Icons of images in the DICOMDIR.")
  var icons = true

  @Flag(help: "Print JSON.")
  var json = false

  private struct Report: Encodable {
    struct Supplied: Encodable {
      let instance: String
      let record: String
      let tag: String
      let value: String
    }
    var objects = 0
    var ignored = 0
    var exceptions = 0
    var failures: [String] = []
    var supplied: [Supplied] = []
  }

  mutating func validate() throws {
    guard paths.count >= 2 else { throw ValidationError("An input and an output are needed.") }
    guard FileSetDirectory.isConformant(fileSetID: id) else {
      throw ValidationError("--id is up to 16 of A-Z, 0-9, _ and space.")
    }
  }

  mutating func run() async throws {
    guard let target = paths.last else { return }
    let chosen = profile.chosen ?? .generalCD
    var output = try MediaOutput(target)
    var report = Report()
    do {
      var builder = FileSetBuilder(fileSetID: id)
      for path in paths.dropLast() {
        for file in FilesBelow(path) { try await add(file, chosen, &builder, &output, &report) }
      }
      guard builder.count > 0 else { throw CommandFailure("there are no DICOM objects in the input") }
      try finish(builder, chosen, &output, report)
      report.objects = builder.count
      report.supplied = builder.supplied.map {
        Report.Supplied(
          instance: $0.instance.rawValue, record: $0.type.rawValue, tag: "\($0.tag)", value: $0.value)
      }
    } catch {
      output.discard()
      throw error
    }
    try tell(report)
    if !report.failures.isEmpty { throw ExitCode.failure }
  }

  private func add(
    _ path: String, _ profile: ApplicationProfile, _ builder: inout FileSetBuilder, _ output: inout MediaOutput,
    _ report: inout Report
  ) async throws {
    let input: MediaInput
    do {
      input = try await MediaInput(path, profile: profile, hasIcon: icons)
    } catch let error as ReadError where [.notDICOM, .noDataSet].contains(error.code) {
      report.ignored += 1
      return
    } catch {
      report.failures.append("\(path): \(error)")
      return
    }
    do {
      let place = try builder.add(input.object)
      try output.write(input.pieces, at: place.components.joined(separator: "/"))
      if input.isException { report.exceptions += 1 }
    } catch let error as MediaError where error.code == .notReferable || error.code == .duplicateInstance {
      report.ignored += 1
    } catch let error as MediaError {
      report.failures.append("\(path): \(error)")
    }
  }

  private func finish(
    _ builder: FileSetBuilder, _ profile: ApplicationProfile, _ output: inout MediaOutput, _ report: Report
  ) throws {
    let directory = builder.directory()
    let texts = PortableMedia(
      institution: institution, software: FileMetaInformation.implementationVersion,
      date: Date().formatted(.iso8601.year().month().day()), profile: profile, exceptions: report.exceptions)
    try output.write([ByteSlice(directory.encoded())], at: MediaFolder.directoryName)
    try output.write([ByteSlice(Array(texts.readMeText(directory).utf8))], at: PortableMedia.readMe)
    try output.write([ByteSlice(Array(texts.indexPage(directory).utf8))], at: PortableMedia.index)
    try output.finish()
  }

  private func tell(_ report: Report) throws {
    if json { return try printJSON(report) }
    for failure in report.failures { print(failure) }
    print(
      "\(report.objects) objects, \(report.ignored) files passed over, \(report.exceptions) not converted, "
        + "\(report.failures.count) failed")
    if !report.supplied.isEmpty { print("\(report.supplied.count) keys that objects lack were supplied") }
    flushOutput()
  }
}
