// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import DICOMCodecs
import DICOMCore
import Foundation

/// `martlet transcode`: DICOM files in another transfer syntax.
struct Transcode: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "transcode",
    abstract: "Write DICOM files in another transfer syntax.",
    usage: "martlet transcode --to <syntax> [<options>] <input> ... <output>",
    discussion: """
      Each frame that is compressed is decoded again and compared before the file is written: lossless ones must come \
      back as they were. Lossy compression makes a derived image with a SOP Instance UID of its own, as PS3.3 \
      C.7.6.1.1.5 asks. Files without pixel data are written in explicit VR little endian where the target is a \
      compressed syntax; video is carried as it is with --copy-others.

      OUTPUT is a file for one file, else a folder, in which the names below input folders are kept. Exit code 1 says \
      that a file could not be converted; the others are.
      """)

  @Argument(help: "Files and folders, and last the output.")
  var paths: [String] = []

  @Option(help: "The transfer syntax: a name of --list, or a UID.")
  var to: String?

  @Flag(help: "List the names for --to and end.")
  var list = false

  @Flag(name: [.customShort("r"), .long], help: "Go down into the folders of input folders.")
  var recursive = false

  @Option(help: "Quality of lossy JPEG, JPEG 2000 and JPEG XL, 1 to 100.")
  var quality = 90

  @Option(help: "Greatest error of a sample in near-lossless JPEG-LS, 1 to 255.")
  var near = 2

  @Option(help: "Compression ratio that lossy JPEG 2000 aims at, instead of --quality.")
  var ratio: Double?

  @Option(help: "How hard JPEG XL and deflate try, 1 to 9.")
  var effort: Int?

  @Option(help: "Predictor of jpeg-lossless-any, 1 to 7.")
  var predictor = 1

  @Option(help: "Colour differences of lossy JPEG: 4:2:2 or 4:4:4.")
  var chroma = EncodingOptions.ChromaSubsampling.half.rawValue

  @Option(help: "Offset table: basic, extended or none.")
  var offsetTable = TranscodingOptions.OffsetTable.basic.rawValue

  @Option(help: "Fail where lossy compression changes a sample by more than this.")
  var maxError: Int?

  @Flag(help: "Do not decode and compare what was compressed.")
  var noVerify = false

  @Flag(help: "Copy what cannot be converted instead of reporting a failure.")
  var copyOthers = false

  @Flag(help: "Replace files that exist.")
  var force = false

  @Option(help: "Files or frames that are worked on at a time; as many as the machine has cores by default.")
  var jobs: Int?

  @Flag(help: "Print a line of JSON for each file and one with the summary.")
  var json = false

  mutating func validate() throws {
    if list { return }
    guard paths.count >= 2 else { throw ValidationError("An input and an output are needed.") }
    guard let to else { throw ValidationError("--to is needed; --list prints the names.") }
    guard let syntax = TransferSyntaxName.transferSyntax(to) else {
      throw ValidationError("\(to) is no transfer syntax; --list prints the names.")
    }
    guard CodecRegistry.standard.canEncode(syntax) else { throw ValidationError("\(to) cannot be written.") }
    for (name, value, range) in [("--quality", quality, 1...100), ("--near", near, 1...255)]
    where !range.contains(value) {
      throw ValidationError("\(name) is \(range.lowerBound) to \(range.upperBound).")
    }
    if let effort, !(1...9).contains(effort) { throw ValidationError("--effort is 1 to 9.") }
    if !(1...7).contains(predictor) { throw ValidationError("--predictor is 1 to 7.") }
    if let ratio, ratio <= 1 { throw ValidationError("--ratio is above 1.") }
    if let jobs, jobs < 1 { throw ValidationError("--jobs is at least 1.") }
    if EncodingOptions.ChromaSubsampling(rawValue: chroma) == nil {
      throw ValidationError("--chroma is 4:2:2 or 4:4:4.")
    }
    if TranscodingOptions.OffsetTable(rawValue: offsetTable) == nil {
      throw ValidationError("--offset-table is basic, extended or none.")
    }
  }

  mutating func run() async throws {
    if list {
      print(TransferSyntaxName.list)
      return
    }
    guard let output = paths.last, let to, let syntax = TransferSyntaxName.transferSyntax(to) else { return }
    let inputs = try TranscodeInputs(Array(paths.dropLast()), output: output, isRecursive: recursive)
    let total = inputs.count()
    let workers = jobs ?? ProcessInfo.processInfo.activeProcessorCount
    let transcoder = try Transcoder(to: syntax, options: options(workers: workers))
    let job = TranscodeJob(transcoder: transcoder, replaces: force, copiesOthers: copyOthers)
    let isShown = !json && total > 1 && isatty(STDERR_FILENO) == 1
    var run = TranscodeRun(
      job: job, inputs: inputs, workers: workers, progress: ProgressLine(total: total, isShown: isShown))
    run.printsJSON = json
    let summary = try await run.run()
    flushOutput()
    if summary.failed > 0 { throw ExitCode.failure }
  }

  private func options(workers: Int) -> TranscodingOptions {
    let encoding = EncodingOptions(
      quality: quality, near: near, ratio: ratio, effort: effort, predictor: predictor,
      chromaSubsampling: EncodingOptions.ChromaSubsampling(rawValue: chroma) ?? .half)
    return TranscodingOptions(
      encoding: encoding, offsetTable: TranscodingOptions.OffsetTable(rawValue: offsetTable) ?? .basic,
      verifies: !noVerify, maximumError: maxError, workers: workers)
  }
}
