// SPDX-License-Identifier: Apache-2.0

import DICOMCore
import DICOMDictionary
import DICOMFile
import DICOMPixels

/// Gives back the data sets that `ReversibleCompression` compressed, byte by byte.
public struct ReversibleRestoration: Sendable {
  static let itemTag: [UInt8] = [0xFE, 0xFF, 0x00, 0xE0]
  static let endTag: [UInt8] = [0xFE, 0xFF, 0xDD, 0xE0]
  /// Nothing is guessed: what is read is written again.
  static let options = ReadOptions(detectsEncoding: false, interpretsUN: false)

  public let form: NativeForm
  /// The transfer syntax of the compressed form.
  public let stored: TransferSyntax
  private let codecs: CodecRegistry

  public init(to form: NativeForm, from stored: TransferSyntax, codecs: CodecRegistry = .standard) {
    self.form = form
    self.stored = stored
    self.codecs = codecs
  }

  /// Hands out the whole data set in pieces.
  /// - Parameters:
  ///   - compressed: the compressed data set.
  ///   - pixelDataOffset: where Pixel Data stands in it.
  /// - Throws: also where the data set is not as long as it was; then pieces of it were handed out.
  public func run(
    _ compressed: ByteSlice, pixelDataOffset: Int, _ piece: (UnsafeRawBufferPointer) throws -> Void
  ) throws {
    guard (0...compressed.count).contains(pixelDataOffset) else {
      throw CodecError(.corrupt, "no pixel data at \(pixelDataOffset)")
    }
    let head = compressed[0..<pixelDataOffset]
    let dataSet = try Self.read(head)
    var left = form.dataSetLength
    let counted: (UnsafeRawBufferPointer) throws -> Void = { bytes in
      left -= bytes.count
      guard left >= 0 else { throw CodecError(.mismatch, "the data set is longer than it was") }
      try piece(bytes)
    }
    try (form.isExplicit ? head.array : try encoded(dataSet)).withUnsafeBytes(counted)
    try pixelData(compressed[pixelDataOffset..<compressed.count], of: dataSet, counted)
    guard left == 0 else { throw CodecError(.mismatch, "\(left) bytes of the data set are missing") }
  }

  /// The elements in front of Pixel Data; values stay in `head`.
  public static func read(_ head: ByteSlice) throws(CodecError) -> DataSet {
    do throws(ReadError) {
      return try DataSetReader.read(head, transferSyntax: .explicitVRLittleEndian, options: options)
    } catch {
      throw CodecError(.corrupt, "\(error)")
    }
  }

  /// Elements in the encoding that they had.
  public func encoded(_ dataSet: DataSet) throws(CodecError) -> [UInt8] {
    do throws(WriteError) {
      return try DataSetWriter.write(dataSet, transferSyntax: TransferSyntax(form.transferSyntax))
    } catch {
      throw CodecError(.corrupt, "\(error)")
    }
  }

  /// Hands out native Pixel Data and what stands behind it, one frame at a time.
  /// - Parameters:
  ///   - compressed: all from Pixel Data on.
  ///   - head: the elements in front of it.
  public func pixelData(
    _ compressed: ByteSlice, of head: DataSet, _ piece: (UnsafeRawBufferPointer) throws -> Void
  ) throws {
    let (frames, end) = try Self.fragments(compressed)
    let description: PixelDescription
    do throws(PixelError) {
      description = try PixelDescription(head, limits: codecs.limits)
    } catch {
      throw CodecError(error)
    }
    guard frames.count == description.numberOfFrames else {
      throw CodecError(.truncated, "\(frames.count) of \(description.numberOfFrames) frames are there")
    }
    try form.pixelDataHeader.withUnsafeBytes(piece)
    var left = form.pixelDataLength
    for frame in frames {
      let decoded = try codecs.decode(frame, transferSyntax: stored, description: description)
      left -= decoded.bytes.count
      guard left >= 0 else { throw CodecError(.mismatch, "frames are longer than they were") }
      try decoded.bytes.withUnsafeBytes(piece)
    }
    guard left <= 1 else { throw CodecError(.mismatch, "frames are shorter than they were") }
    if left == 1 { try [UInt8(0)].withUnsafeBytes(piece) }
    let tail = compressed[end..<compressed.count]
    if tail.isEmpty { return }
    try (form.isExplicit ? tail.array : try encoded(try Self.read(tail))).withUnsafeBytes(piece)
  }

  /// The fragments behind the offset table, and the position behind the sequence delimiter.
  private static func fragments(_ bytes: ByteSlice) throws(CodecError) -> (frames: [ByteSlice], end: Int) {
    var frames: [ByteSlice] = []
    var isTable = true
    var position = 12
    while position <= bytes.count - 8 {
      let header = bytes[position..<position + 8].array
      let length = header.suffix(4).reversed().reduce(0) { $0 << 8 | Int($1) }
      position += 8
      if Array(header.prefix(4)) == endTag { return (frames, position) }
      guard Array(header.prefix(4)) == itemTag, length <= bytes.count - position else { break }
      if !isTable { frames.append(bytes[position..<position + length]) }
      isTable = false
      position += length
    }
    throw CodecError(.corrupt, "the fragments of the pixel data do not end")
  }
}
