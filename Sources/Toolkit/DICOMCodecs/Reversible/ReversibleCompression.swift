// SPDX-License-Identifier: Apache-2.0

import DICOMCore
import DICOMDictionary
import DICOMFile
import DICOMPixels

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Lossless compression of data sets with native pixel data, from which every byte comes back
/// (`ReversibleRestoration`).
///
/// Pixel data is encapsulated, a fragment for each frame (PS3.5 §A.4); all other elements keep their values, in
/// explicit VR. Each result is restored and compared with what went in, byte by byte, before it is given.
public struct ReversibleCompression: Sendable {
  /// A compressed data set.
  public struct Compressed: Sendable {
    /// The data set in the target syntax.
    public var bytes: [UInt8]
    /// What it takes to restore it.
    public var form: NativeForm
    /// Position of Pixel Data.
    public var pixelDataOffset: Int
  }

  public let target: TransferSyntax
  private let encoder: any FrameEncoder
  private let codecs: CodecRegistry

  /// - Throws: `unsupported` where there is no lossless encoder for the syntax.
  public init(to target: TransferSyntax, codecs: CodecRegistry = .standard) throws(CodecError) {
    guard let encoder = codecs.encoder(for: target), !encoder.isLossy, codecs.canDecode(target) else {
      throw CodecError(.unsupported, "no lossless codec for transfer syntax \(target.uid)")
    }
    self.target = target
    self.encoder = encoder
    self.codecs = codecs
  }

  /// - Parameter pixelDataOffset: where Pixel Data stands in the data set.
  public func compress(
    _ dataSet: ByteSlice, from source: TransferSyntax, pixelDataOffset: Int
  ) throws(CompressionRefusal) -> Compressed {
    guard source == .explicitVRLittleEndian || source == .implicitVRLittleEndian else {
      throw CompressionRefusal(.notNative, "transfer syntax \(source.uid)")
    }
    guard let (form, value) = NativeForm.read(dataSet, at: pixelDataOffset, source) else {
      throw CompressionRefusal(.notNative, "no native pixel data at \(pixelDataOffset)")
    }
    let end = value + form.pixelDataLength
    var head = try Self.read(dataSet[0..<pixelDataOffset], source)
    let tail = try Self.read(dataSet[end..<dataSet.count], source)
    try Self.checkGroupLengths([head, tail], isExplicit: form.isExplicit)
    var bytes = try Self.explicit(head, dataSet[0..<pixelDataOffset], source)
    head.set(DataElement(tag: .pixelData, vr: .OW, value: .bytes(dataSet[value..<end])))
    let offset = bytes.count
    let frames = try encoded(head, source, dataSet[value..<end])
    try Self.encapsulate(frames, into: &bytes)
    bytes += try Self.explicit(tail, dataSet[end..<dataSet.count], source)
    guard bytes.count < dataSet.count else {
      throw CompressionRefusal(.notSmaller, "\(bytes.count) bytes in place of \(dataSet.count)")
    }
    let compressed = Compressed(bytes: bytes, form: form, pixelDataOffset: offset)
    try verify(compressed, dataSet)
    return compressed
  }

  private static func read(_ bytes: ByteSlice, _ syntax: TransferSyntax) throws(CompressionRefusal) -> DataSet {
    do throws(ReadError) {
      return try DataSetReader.read(bytes, transferSyntax: syntax, options: ReversibleRestoration.options)
    } catch {
      throw CompressionRefusal(.header, "\(error)")
    }
  }

  /// Retired group lengths would no longer be true (PS3.5 §7.2).
  private static func checkGroupLengths(_ parts: [DataSet], isExplicit: Bool) throws(CompressionRefusal) {
    let isConcerned = parts.contains { part in
      part.elements.contains { $0.tag.isGroupLength && (!isExplicit || $0.tag.group == Tag.pixelData.group) }
    }
    if isConcerned { throw CompressionRefusal(.header, "group lengths") }
  }

  private static func explicit(
    _ part: DataSet, _ bytes: ByteSlice, _ source: TransferSyntax
  ) throws(CompressionRefusal) -> [UInt8] {
    if source == .explicitVRLittleEndian { return bytes.array }
    do throws(WriteError) {
      return try DataSetWriter.write(part, transferSyntax: .explicitVRLittleEndian)
    } catch {
      throw CompressionRefusal(.header, "\(error)")
    }
  }

  private func encoded(
    _ dataSet: DataSet, _ source: TransferSyntax, _ value: ByteSlice
  ) throws(CompressionRefusal) -> [[UInt8]] {
    let reader: FrameReader
    do throws(CodecError) {
      reader = try FrameReader(dataSet, transferSyntax: source, codecs: codecs)
    } catch {
      throw CompressionRefusal(.samples, "\(error)")
    }
    let description = reader.description
    let (frame, count) = (description.decodedFrameBytes, description.numberOfFrames)
    guard reader.frameCount == count, description.bitsAllocated >= 8,
      count.multipliedReportingOverflow(by: frame).partialValue <= value.count, value.count / frame == count
    else { throw CompressionRefusal(.samples, "\(value.count) bytes are not \(count) plain frames") }
    var encoding = EncodingOptions()
    encoding.transformsColour = false
    var frames: [[UInt8]] = []
    for index in 0..<count {
      let decoded: DecodedFrame
      let result: EncodedFrame
      do throws(CodecError) {
        decoded = try reader.frame(index)
        result = try encoder.encode(decoded, options: encoding)
      } catch {
        throw CompressionRefusal(.codec, "\(error)")
      }
      guard Self.isEqual(decoded.bytes, value[index * frame..<(index + 1) * frame]) else {
        throw CompressionRefusal(.samples, "samples do not stand plainly")
      }
      guard result.photometric == description.photometric else {
        throw CompressionRefusal(.codec, "\(result.photometric.rawValue) in place of what the image says")
      }
      frames.append(result.bytes)
    }
    return frames
  }

  private static func isEqual(_ bytes: [UInt8], _ other: ByteSlice) -> Bool {
    guard bytes.count == other.count else { return false }
    return bytes.withUnsafeBytes { left in
      other.withUnsafeBytes { right in
        guard let a = left.baseAddress, let b = right.baseAddress else { return true }
        return memcmp(a, b, left.count) == 0
      }
    }
  }

  /// Pixel Data with a Basic Offset Table and a fragment for each frame.
  private static func encapsulate(_ frames: [[UInt8]], into bytes: inout [UInt8]) throws(CompressionRefusal) {
    func number(_ value: Int) -> [UInt8] { (0..<4).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) } }
    let total = frames.reduce(0) { $0 + 8 + $1.count + $1.count % 2 }
    guard total <= Int(UInt32.max), frames.count < 1 << 28 else {
      throw CompressionRefusal(.tooLarge, "\(total) bytes of frames")
    }
    bytes.reserveCapacity(bytes.count + total + 4 * frames.count + 64)
    bytes += [0xE0, 0x7F, 0x10, 0x00] + Array("OB".utf8) + [0, 0, 0xFF, 0xFF, 0xFF, 0xFF]
    bytes += ReversibleRestoration.itemTag + number(4 * frames.count)
    var offset = 0
    for frame in frames {
      bytes += number(offset)
      offset += 8 + frame.count + frame.count % 2
    }
    for frame in frames {
      bytes += ReversibleRestoration.itemTag + number(frame.count + frame.count % 2)
      bytes += frame
      if frame.count % 2 == 1 { bytes.append(0) }
    }
    bytes += ReversibleRestoration.endTag + [0, 0, 0, 0]
  }

  private func verify(_ compressed: Compressed, _ original: ByteSlice) throws(CompressionRefusal) {
    let restoration = ReversibleRestoration(to: compressed.form, from: target, codecs: codecs)
    var position = 0
    do {
      try restoration.run(ByteSlice(compressed.bytes), pixelDataOffset: compressed.pixelDataOffset) { piece in
        guard piece.count <= original.count - position,
          ByteSlice(copying: piece) == original[position..<position + piece.count]
        else { throw CompressionRefusal(.different, "bytes from \(position) on") }
        position += piece.count
      }
    } catch let refusal as CompressionRefusal {
      throw refusal
    } catch {
      throw CompressionRefusal(.different, "\(error)")
    }
    guard position == original.count else {
      throw CompressionRefusal(.different, "\(position) bytes in place of \(original.count)")
    }
  }
}
