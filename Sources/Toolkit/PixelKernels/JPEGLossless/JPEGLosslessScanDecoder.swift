// SPDX-License-Identifier: Apache-2.0

/// Decodes the entropy coded data of one scan row by row.
///
/// Rows of 16-bit samples are decoded where they belong; rows of 8-bit samples in words of the workspace, since
/// differences are modulo 2^16 (ISO/IEC 10918-1 §H.1.2.1), and then narrowed into the frame.
struct JPEGLosslessScanDecoder {
  private let scan: JPEGLosslessScan
  private let shape: FrameShape
  private let tables: UnsafeMutablePointer<UInt32>
  private let output: UnsafeMutableRawPointer
  private let rows: UnsafeMutablePointer<UInt16>
  private var rowSize: Int { shape.columns &* shape.samples }

  init(
    _ scan: JPEGLosslessScan, _ shape: FrameShape, tables: UnsafeMutablePointer<UInt32>,
    output: UnsafeMutableRawPointer, rows: UnsafeMutablePointer<UInt16>
  ) {
    self.scan = scan
    self.shape = shape
    self.tables = tables
    self.output = output
    self.rows = rows
  }

  func decode(_ stream: inout JPEGLosslessStream) throws(KernelError) {
    let interval = scan.restartInterval
    // An interval is a whole number of rows (§H.1.1).
    guard interval % shape.columns == 0 else {
      throw KernelError(.unsupported, "restart interval within a row of JPEG:", interval)
    }
    var reader = EntropyReader(stream.bytes, from: stream.position, to: stream.count)
    var untilRestart = interval
    var isFirst = true
    for row in 0..<shape.rows {
      if interval > 0, untilRestart == 0 {
        guard reader.restart() else { throw KernelError(.truncated, "no restart marker before row", row) }
        untilRestart = interval
        isFirst = true
      }
      let current = line(row)
      let above = isFirst ? nil : line(row - 1)
      guard scan.count == 1 ? decodeRow(&reader, current, above) : decodeInterleavedRow(&reader, current, above) else {
        throw KernelError(.corrupt, "no Huffman code fits in row", row)
      }
      guard !reader.isExhausted else { throw KernelError(.truncated, "JPEG data ends in row", row) }
      if shape.sampleBytes == 1 { narrow(current, row) }
      if interval > 0 { untilRestart -= shape.columns }
      isFirst = false
    }
    for entry in 0..<scan.count { undoPointTransform(scan.component(entry)) }
    reader.skipToMarker()
    stream.position = reader.position
  }

  private func line(_ row: Int) -> UnsafeMutablePointer<UInt16> {
    if shape.sampleBytes == 1 { return rows + (row & 1) &* rowSize }
    return output.assumingMemoryBound(to: UInt16.self) + row &* rowSize
  }

  private func narrow(_ line: UnsafeMutablePointer<UInt16>, _ row: Int) {
    let target = output.assumingMemoryBound(to: UInt8.self) + row &* rowSize
    if scan.count == shape.samples {
      for index in 0..<rowSize { target[index] = UInt8(truncatingIfNeeded: line[index]) }
      return
    }
    for entry in 0..<scan.count {
      for index in stride(from: scan.component(entry), to: rowSize, by: shape.samples) {
        target[index] = UInt8(truncatingIfNeeded: line[index])
      }
    }
  }

  /// Undoes the point transform of a finished component: prediction works on the values before it.
  private func undoPointTransform(_ component: Int) {
    guard scan.pointTransform > 0 else { return }
    let end = shape.pixels &* shape.samples
    if shape.sampleBytes == 1 {
      let samples = output.assumingMemoryBound(to: UInt8.self)
      let bits = UInt8(truncatingIfNeeded: scan.pointTransform)
      for index in stride(from: component, to: end, by: shape.samples) { samples[index] <<= bits }
    } else {
      let samples = output.assumingMemoryBound(to: UInt16.self)
      let bits = UInt16(truncatingIfNeeded: scan.pointTransform)
      for index in stride(from: component, to: end, by: shape.samples) { samples[index] <<= bits }
    }
  }

  private func table(_ entry: Int) -> UnsafePointer<UInt32> {
    UnsafePointer(tables + scan.table(entry) &* HuffmanTable.wordCount)
  }

  /// A row of a scan of one component, by the predictor: each its own loop.
  private func decodeRow(
    _ reader: inout EntropyReader, _ line: UnsafeMutablePointer<UInt16>, _ above: UnsafeMutablePointer<UInt16>?
  ) -> Bool {
    let current = line + scan.component(0)
    guard let above else { return decodeRow(&reader, current, current, 1, scan.initialPrediction) }
    let upper = above + scan.component(0)
    let first = Int32(upper[0])
    return switch scan.predictor {
    case 1: decodeRow(&reader, current, upper, 1, first)
    case 2: decodeRow(&reader, current, upper, 2, first)
    case 3: decodeRow(&reader, current, upper, 3, first)
    case 4: decodeRow(&reader, current, upper, 4, first)
    case 5: decodeRow(&reader, current, upper, 5, first)
    case 6: decodeRow(&reader, current, upper, 6, first)
    default: decodeRow(&reader, current, upper, 7, first)
    }
  }

  @inline(__always)
  private func decodeRow(
    _ source: inout EntropyReader, _ current: UnsafeMutablePointer<UInt16>, _ upper: UnsafeMutablePointer<UInt16>,
    _ predictor: Int, _ first: Int32
  ) -> Bool {
    // A copy that the compiler can keep in registers.
    var reader = source
    let table = table(0)
    let samples = shape.samples
    let end = shape.columns &* samples
    var difference = reader.difference(table)
    var left = (first &+ difference) & 0xFFFF
    var corner = first
    current[0] = UInt16(truncatingIfNeeded: left)
    var at = samples
    while at < end, difference != EntropyReader.noCode {
      let over = predictor == 1 ? 0 : Int32(upper[at])
      difference = reader.difference(table)
      left = (Self.predict(predictor, left, over, corner) &+ difference) & 0xFFFF
      corner = over
      current[at] = UInt16(truncatingIfNeeded: left)
      at &+= samples
    }
    source = reader
    return difference != EntropyReader.noCode
  }

  private func decodeInterleavedRow(
    _ source: inout EntropyReader, _ line: UnsafeMutablePointer<UInt16>, _ above: UnsafeMutablePointer<UInt16>?
  ) -> Bool {
    var reader = source
    let samples = shape.samples
    for column in 0..<shape.columns {
      for entry in 0..<scan.count {
        let difference = reader.difference(table(entry))
        if difference == EntropyReader.noCode { return false }
        let at = column &* samples &+ scan.component(entry)
        var prediction = scan.initialPrediction
        if column == 0 {
          if let above { prediction = Int32(above[at]) }
        } else if let above {
          prediction = Self.predict(
            scan.predictor, Int32(line[at &- samples]), Int32(above[at]), Int32(above[at &- samples]))
        } else {
          prediction = Int32(line[at &- samples])
        }
        line[at] = UInt16(truncatingIfNeeded: prediction &+ difference)
      }
    }
    source = reader
    return true
  }

  /// Table H.1: a is to the left, b above, c above and to the left.
  @inline(__always)
  private static func predict(_ predictor: Int, _ a: Int32, _ b: Int32, _ c: Int32) -> Int32 {
    switch predictor {
    case 1: a
    case 2: b
    case 3: c
    case 4: a &+ b &- c
    case 5: a &+ (b &- c) &>> 1
    case 6: b &+ (a &- c) &>> 1
    default: (a &+ b) &>> 1
    }
  }
}
