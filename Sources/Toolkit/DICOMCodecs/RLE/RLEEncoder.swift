// SPDX-License-Identifier: Apache-2.0

import DICOMPixels

/// Encodes frames as RLE Lossless (PS3.5 Annex G).
public struct RLEEncoder: Sendable {
  /// The longest literal or replicate run (PS3.5 §G.3.1).
  private static let longestRun = 128
  /// Segments that the header has room for.
  private static let maximumSegments = 15

  public init() {}

  /// The fragment that holds the frame, of even length.
  public func encode(_ frame: DecodedFrame) throws(CodecError) -> [UInt8] {
    let sampleBytes = frame.bitsAllocated / 8
    let segments = frame.samplesPerPixel * sampleBytes
    guard segments <= Self.maximumSegments else {
      throw CodecError(.unsupported, "RLE of \(segments) bytes per pixel")
    }
    var output = [UInt8](repeating: 0, count: RLEDecoder.headerSize)
    output.reserveCapacity(frame.bytes.count + frame.bytes.count / 64 + RLEDecoder.headerSize)
    Self.put(UInt32(segments), at: 0, in: &output)
    for segment in 0..<segments {
      let position = segment / sampleBytes * sampleBytes + (sampleBytes - 1 - segment % sampleBytes)
      Self.put(UInt32(output.count), at: 4 + segment * 4, in: &output)
      frame.bytes.withUnsafeBufferPointer { input in
        guard let base = input.baseAddress else { return }
        for row in 0..<frame.rows {
          let start = base + row * frame.columns * segments + position
          Self.pack(start, stride: segments, count: frame.columns, into: &output)
        }
      }
      if output.count % 2 == 1 { output.append(0) }
    }
    return output
  }

  private static func put(_ number: UInt32, at position: Int, in output: inout [UInt8]) {
    for byte in 0..<4 { output[position + byte] = UInt8(truncatingIfNeeded: number >> UInt32(8 * byte)) }
  }

  /// Packs one row; runs do not cross rows (PS3.5 §G.3.1).
  private static func pack(
    _ input: UnsafePointer<UInt8>, stride: Int, count: Int, into output: inout [UInt8]
  ) {
    var index = 0
    var literal = 0
    func flush(_ end: Int, _ output: inout [UInt8]) {
      var start = literal
      while start < end {
        let length = min(longestRun, end - start)
        output.append(UInt8(length - 1))
        for offset in start..<start + length { output.append(input[offset * stride]) }
        start += length
      }
    }
    while index < count {
      let value = input[index * stride]
      var run = 1
      while run < longestRun, index + run < count, input[(index + run) * stride] == value { run += 1 }
      if run >= 3 || (run == 2 && literal == index) {
        flush(index, &output)
        output.append(UInt8(bitPattern: Int8(1 - run)))
        output.append(value)
        literal = index + run
      }
      index += run
    }
    flush(count, &output)
  }
}
