// SPDX-License-Identifier: Apache-2.0

import DICOMPixels
import PixelKernels
import Testing

/// Windows (PS3.3 §C.11.2.1), against the renderer's own functions.
struct WindowKernelTests {
  private static let functions: [(GreyWindow.Function, Window.Function)] = [
    (.linear, .linear), (.linearExact, .linearExact), (.sigmoid, .sigmoid),
  ]

  @Test func agreesWithTheRenderer() {
    for (function, other) in Self.functions {
      for (center, width) in [(40.0, 400.0), (-600, 1500), (0.5, 1), (127.5, 255), (2048, 4096), (300, 2)] {
        let window = Window(center: center, width: width, function: other)
        var grey = GreyWindow(center: center, width: width, function: function, slope: 1.5, intercept: -1024)
        let stored = (-3000..<5000).map(Double.init)
        let expected = stored.map { UInt8(min(max((window($0 * 1.5 - 1024) * 255).rounded(), 0), 255)) }
        #expect(stored.map { grey($0) } == expected, "\(function) by \(center), \(width)")
        grey.isInverse = true
        #expect(stored.map { grey($0) } == expected.map { 255 - $0 })
      }
    }
  }

  @Test func absurdWindowsGiveSomeGrey() {
    for number in [0, -1, .nan, .infinity, -.infinity, 1e300, .leastNonzeroMagnitude] {
      for (function, _) in Self.functions {
        _ = GreyWindow(center: number, width: number, function: function)(7)
        _ = GreyWindow(center: 1, width: 1, function: function, slope: number, intercept: number)(7)
      }
    }
  }

  @Test func samplesOfEveryFormAreLookedUp() {
    let forms: [(WindowKernel.Sample, [UInt8], [Int])] = [
      (.unsigned8, [0, 1, 128, 255], [0, 1, 128, 255]), (.signed8, [0, 1, 128, 255], [0, 1, -128, -1]),
      (.unsigned16, [0, 0, 1, 0, 0, 0x80, 255, 255], [0, 1, 32_768, 65_535]),
      (.signed16, [0, 0, 1, 0, 0, 0x80, 255, 255], [0, 1, -32_768, -1]),
    ]
    for (sample, bytes, values) in forms {
      var table = [UInt8](repeating: 0, count: sample.tableCount)
      let window = GreyWindow(center: 0, width: 300, function: .sigmoid)
      table.withUnsafeMutableBufferPointer { WindowKernel.fill($0, sample, values: -100_000...100_000, window) }
      var output = [UInt8](repeating: 0, count: values.count)
      output.withUnsafeMutableBufferPointer { output in
        table.withUnsafeBufferPointer { table in
          bytes.withUnsafeBytes { WindowKernel.apply($0, sample, table: table, into: output) }
        }
      }
      #expect(output == values.map { window(Double($0)) })
    }
  }

  @Test func unusedBitsAreClearedOrTakeTheSign() {
    let cases: [(Int, Int, Bool, [UInt8], [UInt8])] = [
      (2, 4, false, [0x34, 0xF2], [0x34, 0x02]), (2, 4, true, [0x34, 0x0A], [0x34, 0xFA]),
      (1, 2, false, [0xFF], [0x3F]), (1, 2, true, [0x2F], [0xEF]), (2, 0, true, [0x34, 0x8A], [0x34, 0x8A]),
    ]
    for (sampleBytes, unused, isSigned, bytes, expected) in cases {
      var samples = bytes
      samples.withUnsafeMutableBytes {
        SampleKernel.normalize($0, sampleBytes: sampleBytes, unused: unused, isSigned: isSigned)
      }
      #expect(samples == expected)
    }
  }
}
