// SPDX-License-Identifier: Apache-2.0

import DICOMCore
import DICOMPixels

/// RLE Lossless (PS3.5 Annex G): one PackBits segment for each byte of each sample, most significant byte first.
public struct RLEDecoder: FrameDecoder {
  /// Bytes of the header: the number of segments and fifteen offsets (PS3.5 §G.5).
  static let headerSize = 64

  public init() {}

  public func decode(_ codestream: ByteSlice, description: PixelDescription) throws(CodecError) -> DecodedFrame {
    guard description.bitsAllocated % 8 == 0 else {
      throw CodecError(.unsupported, "RLE of \(description.bitsAllocated) bits allocated")
    }
    let samples = description.samplesPerPixel
    let sampleBytes = description.sampleBytes
    let segments = samples * sampleBytes
    let offsets = try Self.segmentOffsets(codestream, expected: segments)
    let pixels = description.pixelsPerFrame
    let size = description.decodedFrameBytes
    var failed: Int?
    var bytes = [UInt8](unsafeUninitializedCapacity: size) { output, written in
      codestream.withUnsafeBytes { input in
        guard let source = input.bindMemory(to: UInt8.self).baseAddress, let target = output.baseAddress else { return }
        for segment in 0..<segments where failed == nil {
          let end = segment + 1 < segments ? offsets[segment + 1] : input.count
          let position = segment / sampleBytes * sampleBytes + (sampleBytes - 1 - segment % sampleBytes)
          let done = Self.unpack(
            source + offsets[segment], end - offsets[segment], target + position, stride: segments, count: pixels)
          if !done { failed = segment }
        }
      }
      written = failed == nil ? size : 0
    }
    if let failed { throw CodecError(.truncated, "RLE segment \(failed + 1) of \(segments) ends early") }
    SampleContainer.normalize(&bytes, description)
    return DecodedFrame(description, bytes: bytes)
  }

  private static func segmentOffsets(_ codestream: ByteSlice, expected: Int) throws(CodecError) -> [Int] {
    guard codestream.count >= headerSize else { throw CodecError(.truncated, "no RLE header") }
    let header = codestream.withUnsafeBytes { bytes in
      (0..<16).map { Int(UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: $0 * 4, as: UInt32.self))) }
    }
    guard header[0] == expected else {
      throw CodecError(.mismatch, "\(header[0]) RLE segments where \(expected) are due")
    }
    let offsets = Array(header[1...expected])
    var least = headerSize
    for offset in offsets {
      guard offset >= least, offset < codestream.count else {
        throw CodecError(.corrupt, "RLE segment offset \(offset) of \(codestream.count) bytes")
      }
      least = offset
    }
    return offsets
  }

  /// Unpacks one segment (PS3.5 §G.3.2) to every `stride`-th byte; false where it ends before `count` bytes are out.
  private static func unpack(
    _ input: UnsafePointer<UInt8>, _ size: Int, _ output: UnsafeMutablePointer<UInt8>, stride: Int, count: Int
  ) -> Bool {
    var position = 0
    var done = 0
    var target = output
    while done < count {
      if position >= size { return false }
      let control = Int(Int8(bitPattern: input[position]))
      position += 1
      if control >= 0 {
        let length = min(control + 1, count - done)
        if position + length > size { return false }
        if stride == 1 {
          target.update(from: input + position, count: length)
          target += length
        } else {
          for index in 0..<length {
            target.pointee = input[position + index]
            target += stride
          }
        }
        position += control + 1
        done += length
      } else if control != -128 {
        if position >= size { return false }
        let value = input[position]
        position += 1
        let length = min(1 - control, count - done)
        if stride == 1 {
          target.update(repeating: value, count: length)
          target += length
        } else {
          for _ in 0..<length {
            target.pointee = value
            target += stride
          }
        }
        done += length
      }
    }
    return true
  }
}
