// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import DICOMCore
import DICOMFile
import Foundation

/// `martlet json`: DICOM files to the JSON or XML model, and back.
struct JSONCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "json",
    abstract: "Convert DICOM files to the JSON model and back.",
    discussion: """
      Writes the DICOM JSON model (PS3.18 Annex F): one object for one file, an array for several. Files are read as \
      they stream by, so size does not matter. Binary values stand inline as base64 up to the inline limit; longer \
      ones are left out, or written into the folder of --bulk-data, where the BulkDataURI names their file.

      martlet json image.dcm --bulk-data bulk --output image.json
      martlet json --to-dicom image.json --bulk-data bulk --output copy.dcm
      martlet json --lines -r folder > objects.jsonl
      """)

  @Argument(help: "DICOM files, folders with --recursive; models with --to-dicom. - is the standard input.")
  var files: [String]

  @Flag(name: .shortAndLong, help: "Convert the files of folders and of the folders in them.")
  var recursive = false

  @Flag(help: "Write an object per line (JSON lines).")
  var lines = false

  @Flag(help: "Write the Native DICOM Model (PS3.19 Annex A.1) of one file.")
  var xml = false

  @Flag(help: "Write group 0002 too, which belongs into no model that is exchanged.")
  var meta = false

  @Option(help: "Folder for values that are too long to stand inline, and for encapsulated pixel data.")
  var bulkData: String?

  @Option(help: "Bytes of a binary value that stand inline.")
  var inlineLimit = 1_024

  @Option(name: .shortAndLong, help: "File to write; with --to-dicom of several models, a folder.")
  var output: String?

  @Flag(help: "Read models, JSON or XML, and write DICOM files.")
  var toDicom = false

  @Option(
    help: """
      Transfer syntax UID of the files that --to-dicom writes; else that of the model's group 0002, else explicit VR \
      little endian.
      """)
  var transferSyntax: String?

  mutating func validate() throws {
    if inlineLimit < 0 { throw ValidationError("--inline-limit is not negative.") }
    if toDicom {
      if output == nil { throw ValidationError("--to-dicom needs --output.") }
      if lines || xml || meta || recursive {
        throw ValidationError("--lines, --xml, --meta and --recursive are of no use with --to-dicom.")
      }
    } else {
      if transferSyntax != nil { throw ValidationError("--transfer-syntax is of use with --to-dicom.") }
      if xml, files.count > 1 || recursive || lines { throw ValidationError("--xml writes the document of one file.") }
    }
  }

  mutating func run() throws {
    if toDicom {
      let job = ModelImport(
        output: output ?? "", bulkData: bulkData, transferSyntax: transferSyntax.map { TransferSyntax(UID($0)) })
      if try !job.run(files) { throw ExitCode.failure }
      return
    }
    try FileWalk.check(files, isRecursive: recursive)
    let out = try OutputFile(output)
    do {
      let failed = try write(to: out)
      try out.close()
      if failed { throw ExitCode.failure }
    } catch let code as ExitCode {
      throw code
    } catch {
      out.discard()
      throw error
    }
  }

  /// Writes all models; gives whether one could not be read.
  private func write(to out: OutputFile) throws -> Bool {
    let isArray = !lines && (files.count > 1 || recursive)
    var failed = false
    var written = 0
    if isArray { try out.write("[\n") }
    for (index, file) in FileWalk(files, isRecursive: recursive).enumerated() {
      let bulk = try bulkData.map { try BulkDataFolder($0, prefix: BulkDataFolder.prefix(file, index, files.count)) }
      let limit = inlineLimit
      let stream = ModelStream(
        syntax: xml ? .xml : .json,
        options: ModelEncodingOptions { path, element in
          guard element.length > limit else { return nil }
          return bulk?.uri(path) ?? ""
        }, includesMeta: meta)
      var isFirst = true
      do {
        try stream.write(file) { part in
          if part.isEmpty { return }
          if isFirst, isArray, written > 0 { try out.write(",\n") }
          isFirst = false
          try out.write(part)
        } bulkData: { uri, bytes, isLast in
          try bulk?.write(uri, bytes, isLast: isLast)
        }
        written += 1
        if !xml { try out.write("\n") }
      } catch {
        failed = true
        complain("martlet: \(file): \(error)")
        // Half an object cannot be taken back.
        if !isFirst { throw CommandFailure("The output is not whole.") }
      }
    }
    if isArray { try out.write("]\n") }
    return failed
  }
}
