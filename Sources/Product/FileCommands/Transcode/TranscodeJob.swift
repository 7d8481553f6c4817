// SPDX-License-Identifier: Apache-2.0

import DICOMCodecs
import DICOMCore
import DICOMDictionary
import DICOMFile
import Foundation

/// Converts one file.
struct TranscodeJob: Sendable {
  let transcoder: Transcoder
  let replaces: Bool
  /// What cannot be converted is copied.
  let copiesOthers: Bool

  /// Never throws: a failure is a result.
  func run(_ entry: TranscodeInputs.Entry) async -> TranscodeResult {
    do {
      return try await convert(entry)
    } catch {
      let text = String(describing: error)
      if copiesOthers, error is CodecError, let copy = try? copy(entry, because: text) { return copy }
      return TranscodeResult(file: entry.input, outcome: .failed, error: text)
    }
  }

  private func convert(_ entry: TranscodeInputs.Entry) async throws -> TranscodeResult {
    let bytes = try MappedFile.bytes(entry.input)
    let file = try Part10File.read(bytes)
    if let stream = try transcoder.decoding(file.dataSet, from: file.transferSyntax) {
      return try await decode(stream, file, bytes.count, entry)
    }
    let image = try await transcoder.transcode(file.dataSet, from: file.transferSyntax)
    let pieces: [ByteSlice]
    let isUnchanged = image.transferSyntax == file.transferSyntax && image.frames == 0
    if isUnchanged {
      pieces = [bytes]
    } else {
      pieces =
        [ByteSlice(FileMetaInformation.encode(meta(file, image.dataSet, image.transferSyntax)))]
        + (try DataSetWriter.gather(image.dataSet, transferSyntax: image.transferSyntax).pieces)
    }
    try write(pieces, entry)
    var result = TranscodeResult(
      file: entry.input, output: entry.output, outcome: isUnchanged ? .copied : .converted,
      transferSyntax: image.transferSyntax.uid.rawValue)
    result.frames = image.frames
    result.lossy = image.isLossy
    result.ratio = image.ratio
    result.maximumError = image.difference?.maximum
    result.peakSignalToNoise = image.difference.map(\.peakSignalToNoise).flatMap { $0.isFinite ? $0 : nil }
    result.inputBytes = bytes.count
    result.outputBytes = pieces.reduce(0) { $0 + $1.count }
    return result
  }

  /// Writes frames while others are decoded.
  private func decode(
    _ stream: DecodingStream, _ file: Part10File, _ inputBytes: Int, _ entry: TranscodeInputs.Entry
  ) async throws -> TranscodeResult {
    let meta = ByteSlice(FileMetaInformation.encode(meta(file, stream.header, stream.transferSyntax)))
    var outputBytes = 0
    try makeFolder(entry)
    try await AtomicFile.write(to: entry.output, replaces: replaces) { write in
      outputBytes = meta.count
      try write(meta)
      try await stream.dataSet { piece in
        outputBytes += piece.count
        try write(piece)
      }
    }
    var result = TranscodeResult(
      file: entry.input, output: entry.output, outcome: .converted,
      transferSyntax: stream.transferSyntax.uid.rawValue)
    result.frames = stream.numberOfFrames
    result.inputBytes = inputBytes
    result.outputBytes = outputBytes
    return result
  }

  /// The file's own group 0002 with what has changed.
  private func meta(_ file: Part10File, _ dataSet: DataSet, _ transferSyntax: TransferSyntax) -> DataSet {
    var meta = file.fileMetaInformation
    meta.set(DataElement(tag: .fileMetaInformationVersion, vr: .OB, value: .bytes(ByteSlice([0, 1]))))
    if let sopClass = dataSet.uid(.sopClassUID) { meta.set(.mediaStorageSOPClassUID, sopClass) }
    if let instance = dataSet.uid(.sopInstanceUID) { meta.set(.mediaStorageSOPInstanceUID, instance) }
    meta.set(.transferSyntaxUID, transferSyntax.uid)
    meta.set(.implementationClassUID, FileMetaInformation.implementationClass)
    meta.set(.implementationVersionName, .SH, FileMetaInformation.implementationVersion)
    return meta
  }

  private func copy(_ entry: TranscodeInputs.Entry, because reason: String) throws -> TranscodeResult {
    let bytes = try MappedFile.bytes(entry.input)
    try write([bytes], entry)
    return TranscodeResult(
      file: entry.input, output: entry.output, outcome: .copied, inputBytes: bytes.count, outputBytes: bytes.count,
      error: reason)
  }

  private func write(_ pieces: [ByteSlice], _ entry: TranscodeInputs.Entry) throws {
    try makeFolder(entry)
    try AtomicFile.write(pieces, to: entry.output, replaces: replaces)
  }

  private func makeFolder(_ entry: TranscodeInputs.Entry) throws {
    let folder = (entry.output as NSString).deletingLastPathComponent
    if !folder.isEmpty { try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true) }
  }
}
