// SPDX-License-Identifier: Apache-2.0

import PixelKernels
import Testing

/// JPEG lossless (ISO/IEC 10918-1 Annex H), against streams that the test writes itself.
struct JPEGLosslessKernelTests {
  private static let shape = (rows: 13, columns: 29)

  private func decode(
    _ stream: [UInt8], rows: Int = shape.rows, columns: Int = shape.columns, samples: Int = 1, sampleBytes: Int = 2
  ) throws -> [UInt16] {
    let shape = try #require(FrameShape(rows: rows, columns: columns, samples: samples, sampleBytes: sampleBytes))
    let output = UnsafeMutableRawBufferPointer.allocate(byteCount: shape.byteCount, alignment: 16)
    let workspace = UnsafeMutableRawBufferPointer.allocate(
      byteCount: JPEGLosslessKernel.workspaceBytes(shape), alignment: 16)
    defer {
      output.deallocate()
      workspace.deallocate()
    }
    workspace.initializeMemory(as: UInt8.self, repeating: 0xA5)
    try stream.withUnsafeBytes { try JPEGLosslessKernel.decode($0, shape, into: output, workspace: workspace) }
    return sampleBytes == 1 ? output.map { UInt16($0) } : Array(output.bindMemory(to: UInt16.self))
  }

  private func encoder(_ samples: Int = 1) -> JPEGLosslessEncoder {
    JPEGLosslessEncoder(rows: Self.shape.rows, columns: Self.shape.columns, samples: samples)
  }

  private func image(_ samples: Int, _ bits: Int) -> [UInt16] {
    var noise = Noise(UInt64(bits * 10 + samples))
    return noise.samples(rows: Self.shape.rows, columns: Self.shape.columns, samples: samples, bits: bits)
  }

  @Test(arguments: 1...7, [1, 3])
  func everyPredictor(_ predictor: Int, _ samples: Int) throws {
    let values = image(samples, 16)
    for isInterleaved in [true, false] {
      for restartRows in [0, 1, 4] {
        var encoder = encoder(samples)
        encoder.predictor = predictor
        encoder.isInterleaved = isInterleaved
        encoder.restartRows = restartRows
        encoder.hasLongCodes = restartRows == 4
        #expect(try decode(encoder.encode(values), samples: samples) == values)
      }
    }
  }

  @Test(arguments: 2...16)
  func everyPrecision(_ bits: Int) throws {
    for samples in [1, 3] {
      let values = image(samples, bits)
      for hasLongCodes in [true, false] {
        var encoder = encoder(samples)
        encoder.precision = bits
        encoder.predictor = bits % 7 + 1
        encoder.hasLongCodes = hasLongCodes
        let stream = encoder.encode(values)
        #expect(try decode(stream, samples: samples) == values)
        guard bits <= 8 else { continue }
        #expect(try decode(stream, samples: samples, sampleBytes: 1) == values)
        encoder.isInterleaved = false
        #expect(try decode(encoder.encode(values), samples: samples, sampleBytes: 1) == values)
      }
    }
  }

  @Test func pointTransformLeavesZeros() throws {
    let values = image(1, 12)
    var encoder = encoder()
    encoder.precision = 12
    encoder.pointTransform = 3
    #expect(try decode(encoder.encode(values)) == values.map { $0 & ~7 })
  }

  @Test func narrowSamplesKeepTheirLowBits() throws {
    let values = image(1, 16)
    #expect(try decode(encoder().encode(values), sampleBytes: 1) == values.map { $0 & 0xFF })
  }

  private func code(_ body: () throws -> [UInt16]) -> KernelError.Code? {
    do {
      _ = try body()
      return nil
    } catch {
      return (error as? KernelError)?.code
    }
  }

  @Test func otherShapesAreMismatches() {
    let stream = encoder().encode(image(1, 16))
    #expect(code { try decode(stream, rows: 12) } == .mismatch)
    #expect(code { try decode(stream, columns: 28) } == .mismatch)
    #expect(code { try decode(stream, samples: 3) } == .mismatch)
    #expect(code { try decode(stream, sampleBytes: 4) } == .buffer)
  }

  @Test func everyCutIsAnError() {
    let stream = encoder().encode(image(1, 16))
    for length in 0..<stream.count - 3 {
      let code = code { try decode(Array(stream[..<length])) }
      #expect(code == .truncated || code == .corrupt, "\(length) of \(stream.count) bytes")
    }
  }

  @Test func anySingleByteMayChange() {
    var noise = Noise(7)
    let stream = encoder(3).encode(image(3, 16))
    for position in stream.indices {
      var damaged = stream
      damaged[position] ^= UInt8(1 + noise.below(255))
      _ = try? decode(damaged, samples: 3)
    }
  }

  @Test func otherProcessesAreRefused() {
    var stream = encoder().encode(image(1, 8))
    stream[3] = 0xC0
    #expect(code { try decode(stream) } == .unsupported)
  }
}
