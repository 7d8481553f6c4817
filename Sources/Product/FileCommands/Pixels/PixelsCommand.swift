// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Crypto
import DICOMCodecs
import DICOMCore
import DICOMFile
import DICOMPixels
import Foundation

/// `martlet pixels`: the decoded samples of an image.
struct Pixels: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "pixels",
    abstract: "Decode the pixel data of a DICOM file.",
    discussion: """
      Writes the samples of the frames one after another: rows from the top, samples of a pixel side by side, little \
      endian, each in 8, 16, 32 or 64 bits as Bits Allocated says (single bits as a byte each, 4:2:2 upsampled), \
      unused high bits cleared or filled with the sign. Colours stay what they are in the stream, no look-up \
      table is applied.
      """)

  @Argument(help: "The file.")
  var file: String

  @Option(help: "Only this frame, counted from 1.")
  var frame: Int?

  @Flag(name: .customLong("sha256"), help: "Print the SHA-256 of the samples instead of writing them.")
  var hash = false

  @Flag(help: "Print the form of the samples and their SHA-256 as JSON.")
  var json = false

  @Option(name: [.short, .long], help: "Write to this file; to the standard output by default.")
  var output: String?

  @Flag(help: "Replace the output file if it exists.")
  var force = false

  mutating func validate() throws {
    if let frame, frame < 1 { throw ValidationError("Frames are counted from 1.") }
    if output != nil, hash || json { throw ValidationError("--output excludes --sha256 and --json.") }
  }

  mutating func run() throws {
    if output == nil, !hash, !json, isatty(STDOUT_FILENO) == 1 {
      throw ValidationError("Samples are not written to a terminal; use --output, --sha256 or --json.")
    }
    do {
      try decode()
    } catch let error as CommandFailure {
      throw error
    } catch {
      throw CommandFailure("\(file): \(error)")
    }
    flushOutput()
  }

  private func decode() throws {
    let bytes = file == "-" ? try FileBytes(file).readAll() : try MappedFile.bytes(file)
    let part10 = try Part10File.read(bytes)
    let reader = try FrameReader(part10.dataSet, transferSyntax: part10.transferSyntax)
    let claimed = reader.description.numberOfFrames
    let frames = frame.map { $0 - 1..<$0 } ?? 0..<claimed
    var digest = SHA256()
    var pieces: [[UInt8]] = []
    var last: DecodedFrame?
    for index in frames {
      let decoded = try reader.frame(index)
      if output != nil {
        pieces.append(decoded.bytes)
      } else if hash || json {
        digest.update(data: decoded.bytes)
      } else {
        try FileHandle.standardOutput.write(contentsOf: Data(decoded.bytes))
      }
      last = decoded
    }
    if let output { try AtomicFile.write(pieces, to: output, replaces: force) }
    guard hash || json else { return }
    let text = digest.finalize().map { String(format: "%02x", $0) }.joined()
    if json, let last {
      try printJSON(PixelForm(last, frames: frames.count, sha256: text))
    } else {
      print(text)
    }
  }
}

/// How the decoded samples are to be read.
private struct PixelForm: Encodable {
  let frames: Int
  let rows: Int
  let columns: Int
  let samplesPerPixel: Int
  let bitsAllocated: Int
  let bitsStored: Int
  let signed: Bool
  let float: Bool
  let photometricInterpretation: String
  let sha256: String

  init(_ frame: DecodedFrame, frames: Int, sha256: String) {
    self.frames = frames
    rows = frame.rows
    columns = frame.columns
    samplesPerPixel = frame.samplesPerPixel
    bitsAllocated = frame.bitsAllocated
    bitsStored = frame.bitsStored
    signed = frame.isSigned
    float = frame.format == .float
    photometricInterpretation = frame.photometric.rawValue
    self.sha256 = sha256
  }
}
