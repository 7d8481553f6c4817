// SPDX-License-Identifier: Apache-2.0

import PixelKernels
import Testing

/// The grey of an RLE frame of 16-bit samples.
private func grey(_ fragment: [UInt8], rows: Int, columns: Int, center: Double, width: Double) throws -> [UInt8] {
  guard let shape = FrameShape(rows: rows, columns: columns, samples: 1, sampleBytes: 2) else { return [] }
  let frame = UnsafeMutableRawBufferPointer.allocate(byteCount: shape.byteCount, alignment: 2)
  defer { frame.deallocate() }
  try fragment.withUnsafeBytes { try RLEKernel.decode($0, shape, into: frame) }
  var table = [UInt8](repeating: 0, count: WindowKernel.Sample.unsigned16.tableCount)
  var grey = [UInt8](repeating: 0, count: shape.pixels)
  let window = GreyWindow(center: center, width: width, slope: 1, intercept: -1024)
  table.withUnsafeMutableBufferPointer { table in
    WindowKernel.fill(table, .unsigned16, values: 0...4095, window)
    grey.withUnsafeMutableBufferPointer {
      WindowKernel.apply(UnsafeRawBufferPointer(frame), .unsigned16, table: UnsafeBufferPointer(table), into: $0)
    }
  }
  return grey
}

/// The example of the library's article.
struct PixelKernelsExample {
  @Test func aFrameIsDecodedAndWindowed() throws {
    let offsets: [UInt8] = [2, 0, 0, 0, 64, 0, 0, 0, 66, 0, 0, 0] + [UInt8](repeating: 0, count: 52)
    // Four times 0x0400, 1024: the value zero after rescale.
    let pixels = try grey(offsets + [0xFD, 4, 0xFD, 0], rows: 2, columns: 2, center: 0, width: 256)
    #expect(pixels == [128, 128, 128, 128])
  }
}
