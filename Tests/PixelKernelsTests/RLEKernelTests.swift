// SPDX-License-Identifier: Apache-2.0

import PixelKernels
import Testing

/// RLE Lossless (PS3.5 Annex G).
struct RLEKernelTests {
  private func shape(_ columns: Int, samples: Int = 1, sampleBytes: Int = 1, rows: Int = 1) throws -> FrameShape {
    try #require(FrameShape(rows: rows, columns: columns, samples: samples, sampleBytes: sampleBytes))
  }

  private func decode(_ stream: [UInt8], _ shape: FrameShape) throws -> [UInt8] {
    var output = [UInt8](repeating: 0xA5, count: shape.byteCount)
    try output.withUnsafeMutableBytes { output in
      try stream.withUnsafeBytes { try RLEKernel.decode($0, shape, into: output) }
    }
    return output
  }

  private func encode(_ frame: [UInt8], _ shape: FrameShape) throws -> [UInt8] {
    // A byte behind the end shows whether the bound holds.
    let most = RLEKernel.maximumEncodedBytes(shape)
    var output = [UInt8](repeating: 0xA5, count: most + 1)
    let count = try output.withUnsafeMutableBytes { output in
      try frame.withUnsafeBytes { try RLEKernel.encode($0, shape, into: output) }
    }
    #expect(output[most] == 0xA5 && count <= most && count % 2 == 0)
    return Array(output[..<count])
  }

  @Test(arguments: [1, 2, 3, 4], [1, 3])
  func whatIsEncodedIsDecoded(_ sampleBytes: Int, _ samples: Int) throws {
    for (columns, seed) in [(1, 1), (2, 2), (127, 3), (128, 4), (129, 5), (300, 6)] {
      let shape = try shape(columns, samples: samples, sampleBytes: sampleBytes, rows: 3)
      var noise = Noise(UInt64(seed))
      let frame = (0..<shape.byteCount).map { index in
        UInt8(index / 31 % 3 == 0 ? 5 : index / 31 % 3 == 1 ? index / 2 % 251 : noise.below(3))
      }
      #expect(try decode(encode(frame, shape), shape) == frame)
    }
  }

  @Test func theWorstFrameStaysWithinTheBound() throws {
    let shape = try shape(1000, sampleBytes: 2, rows: 7)
    let frame = (0..<shape.byteCount).map { UInt8(truncatingIfNeeded: $0 * 7 + $0 >> 8) }
    #expect(try decode(encode(frame, shape), shape) == frame)
  }

  @Test func runsAreTheStandards() throws {
    // Three literals, a run of five, a pair at the start of a literal.
    #expect(try encode([1, 2, 3, 9, 9, 9, 9, 9, 4, 4], shape(10)).dropFirst(64) == [2, 1, 2, 3, 0xFC, 9, 0xFF, 4])
  }

  @Test func otherSegmentsAreAMismatch() throws {
    let stream = try encode([1, 2, 3, 4], shape(4))
    #expect { try decode(stream, shape(2, sampleBytes: 2)) } throws: { ($0 as? KernelError)?.code == .mismatch }
    let wide = try shape(1, samples: 4, sampleBytes: 8)
    #expect { try decode(stream, wide) } throws: { ($0 as? KernelError)?.code == .mismatch }
    let zeros = [UInt8](repeating: 0, count: 32)
    #expect { try encode(zeros, wide) } throws: { ($0 as? KernelError)?.code == .unsupported }
  }

  @Test func everyCutIsAnError() throws {
    let shape = try shape(300, sampleBytes: 2)
    var noise = Noise(1)
    let frame = (0..<shape.byteCount).map { _ in UInt8(noise.below(256)) }
    let stream = try encode(frame, shape)
    for length in 0..<stream.count - 1 {
      #expect(throws: KernelError.self) { try decode(Array(stream[..<length]), shape) }
    }
  }

  @Test func anyBytesAreBorne() throws {
    var noise = Noise(3)
    let shape = try shape(40, samples: 3, rows: 5)
    let stream = try encode([UInt8](repeating: 3, count: shape.byteCount), shape)
    for _ in 0..<2000 {
      var damaged = stream
      for _ in 0..<3 { damaged[noise.below(damaged.count)] = UInt8(noise.below(256)) }
      _ = try? decode(damaged, shape)
    }
  }
}
