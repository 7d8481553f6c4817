// SPDX-License-Identifier: Apache-2.0

extension RLEKernel {
  /// The most bytes that an encoded frame takes: one control byte for each run of 128, each segment of even length.
  public static func maximumEncodedBytes(_ shape: FrameShape) -> Int {
    let row = shape.columns + (shape.columns + longestRun - 1) / longestRun
    return headerBytes + shape.samples * shape.sampleBytes * (row * shape.rows + 1)
  }

  /// Encodes one frame. Runs do not cross rows (PS3.5 §G.3.1).
  /// - Parameters:
  ///   - frame: `shape.byteCount` bytes, samples interleaved, little endian.
  ///   - output: room for `maximumEncodedBytes(shape)`.
  /// - Returns: the bytes written, an even number.
  public static func encode(
    _ frame: UnsafeRawBufferPointer, _ shape: FrameShape, into output: UnsafeMutableRawBufferPointer
  ) throws(KernelError) -> Int {
    let segments = shape.samples * shape.sampleBytes
    guard segments <= maximumSegments else {
      throw KernelError(.unsupported, "RLE has no room for bytes per pixel:", segments)
    }
    guard frame.count >= shape.byteCount, output.count >= maximumEncodedBytes(shape),
      let source = frame.baseAddress?.assumingMemoryBound(to: UInt8.self),
      let target = output.baseAddress?.assumingMemoryBound(to: UInt8.self)
    else { throw KernelError(.buffer, "RLE output holds bytes:", output.count) }
    target.update(repeating: 0, count: headerBytes)
    put(segments, at: 0, in: target)
    var written = headerBytes
    for segment in 0..<segments {
      put(written, at: 4 + segment * 4, in: target)
      var row = source + place(of: segment, shape)
      for _ in 0..<shape.rows {
        written = pack(row, segments, shape.columns, target, written)
        row += shape.columns &* segments
      }
      if written & 1 == 1 {
        target[written] = 0
        written &+= 1
      }
    }
    return written
  }

  private static func put(_ number: Int, at position: Int, in output: UnsafeMutablePointer<UInt8>) {
    for byte in 0..<4 { output[position + byte] = UInt8(truncatingIfNeeded: number >> (8 * byte)) }
  }

  /// Packs one row and returns where the output ends. Two equal bytes are a run only where no literal run is open:
  /// within one they would cost as much as they save.
  private static func pack(
    _ input: UnsafePointer<UInt8>, _ stride: Int, _ count: Int, _ output: UnsafeMutablePointer<UInt8>, _ start: Int
  ) -> Int {
    var written = start
    var index = 0
    var literal = 0
    while index < count {
      let value = input[index &* stride]
      let most = min(longestRun, count &- index)
      var run = 1
      while run < most, input[(index &+ run) &* stride] == value { run &+= 1 }
      if run >= 3 || (run == 2 && literal == index) {
        written = flush(input, stride, literal, index, output, written)
        output[written] = UInt8(truncatingIfNeeded: 1 &- run)
        output[written &+ 1] = value
        written &+= 2
        literal = index &+ run
      }
      index &+= run
    }
    return flush(input, stride, literal, count, output, written)
  }

  /// Writes bytes `first..<end` of a row as literal runs.
  private static func flush(
    _ input: UnsafePointer<UInt8>, _ stride: Int, _ first: Int, _ end: Int, _ output: UnsafeMutablePointer<UInt8>,
    _ start: Int
  ) -> Int {
    var written = start
    var from = first
    while from < end {
      let length = min(longestRun, end &- from)
      output[written] = UInt8(truncatingIfNeeded: length &- 1)
      written &+= 1
      var index = 0
      while index < length {
        output[written &+ index] = input[(from &+ index) &* stride]
        index &+= 1
      }
      written &+= length
      from &+= length
    }
    return written
  }
}
