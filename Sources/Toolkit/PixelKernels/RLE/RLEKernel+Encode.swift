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
      let first = place(of: segment, shape)
      for row in 0..<shape.rows {
        let start = first &+ row &* shape.columns &* segments
        let line = Line(source + start, count: shape.columns, stride: segments, readable: shape.byteCount &- start)
        written = pack(line, target, written)
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
  private static func pack(_ line: Line, _ output: UnsafeMutablePointer<UInt8>, _ start: Int) -> Int {
    var written = start
    var index = 0
    while index < line.count {
      var run = line.run(at: index)
      if run < 2 {
        let next = line.nextRun(after: index)
        written = copy(line, index, next, output, written)
        index = next
        if index >= line.count { break }
        run = line.run(at: index)
      }
      output[written] = UInt8(truncatingIfNeeded: 1 &- run)
      output[written &+ 1] = line[index]
      written &+= 2
      index &+= run
    }
    return written
  }

  /// Writes bytes `first..<end` of a row as literal runs.
  private static func copy(
    _ line: Line, _ first: Int, _ end: Int, _ output: UnsafeMutablePointer<UInt8>, _ start: Int
  ) -> Int {
    var written = start
    var from = first
    while from < end {
      let length = min(longestRun, end &- from)
      output[written] = UInt8(truncatingIfNeeded: length &- 1)
      written &+= 1
      var index = 0
      while index < length {
        output[written &+ index] = line[from &+ index]
        index &+= 1
      }
      written &+= length
      from &+= length
    }
    return written
  }
}

/// The bytes of one segment in one row: every `stride`-th.
private struct Line {
  private let bytes: UnsafePointer<UInt8>
  let count: Int
  private let stride: Int
  /// Bytes of the frame from here on.
  private let readable: Int
  /// Ones in the bytes of a word that belong to other segments, the first byte lowest.
  private let others: UInt64
  /// Bytes of this segment in a word.
  private let step: Int

  @inline(__always)
  init(_ bytes: UnsafePointer<UInt8>, count: Int, stride: Int, readable: Int) {
    self.bytes = bytes
    self.count = count
    self.stride = stride
    self.readable = readable
    var others = UInt64.max
    var step = 0
    for place in Swift.stride(from: 0, to: 8, by: stride) {
      others &= ~(0xFF &<< UInt64(truncatingIfNeeded: place &* 8))
      step &+= 1
    }
    self.others = others
    self.step = step
  }

  @inline(__always)
  subscript(index: Int) -> UInt8 { bytes[index &* stride] }

  /// Equal bytes from here on, at most a run.
  @inline(__always)
  func run(at index: Int) -> Int {
    let most = min(RLEKernel.longestRun, count &- index)
    let value = self[index]
    var run = 1
    while run < most, self[index &+ run] == value { run &+= 1 }
    return run
  }

  /// Where the next three equal bytes begin, or the end of the row. Words are compared with those one and two bytes of
  /// the segment on: where all three agree a byte of the differences is zero.
  func nextRun(after index: Int) -> Int {
    var at = index &+ 1
    let last = count &- 3
    while at <= last {
      let place = at &* stride
      if place &+ 2 &* stride &+ 8 > readable { break }
      let word = self.word(place)
      let next = self.word(place &+ stride)
      let differences = (word ^ next) | (next ^ self.word(place &+ 2 &* stride)) | others
      let zeros = (differences &- 0x0101_0101_0101_0101) & ~differences & 0x8080_8080_8080_8080
      if zeros != 0 {
        at &+= (zeros.trailingZeroBitCount &>> 3) / stride
        return at <= last ? at : count
      }
      at &+= step
    }
    while at <= last {
      if self[at] == self[at &+ 1], self[at] == self[at &+ 2] { return at }
      at &+= 1
    }
    return count
  }

  @inline(__always)
  private func word(_ place: Int) -> UInt64 {
    UInt64(littleEndian: UnsafeRawPointer(bytes + place).loadUnaligned(fromByteOffset: 0, as: UInt64.self))
  }
}
