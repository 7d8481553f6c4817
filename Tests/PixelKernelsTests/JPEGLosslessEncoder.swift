// SPDX-License-Identifier: Apache-2.0

/// Writes lossless JPEG streams for the tests, with everything that the decoder must bear and nothing clever.
struct JPEGLosslessEncoder {
  var rows: Int
  var columns: Int
  var samples = 1
  var precision = 16
  var predictor = 1
  var pointTransform = 0
  /// Rows between restart markers; 0 for none.
  var restartRows = 0
  /// All components in one scan, or each in its own.
  var isInterleaved = true
  /// Code lengths of the categories 0 to 16: five bits each, or up to sixteen bits.
  var hasLongCodes = false

  private var lengths: [Int] {
    hasLongCodes ? [2, 3, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 16] : [Int](repeating: 5, count: 17)
  }

  func encode(_ values: [UInt16]) -> [UInt8] {
    var stream: [UInt8] = [0xFF, 0xD8]
    var frame = [UInt8(precision)] + word(rows) + word(columns) + [UInt8(samples)]
    for component in 0..<samples { frame += [UInt8(component + 1), 0x11, 0] }
    stream += segment(0xC3, frame)
    var counts = [UInt8](repeating: 0, count: 16)
    for length in lengths { counts[length - 1] += 1 }
    stream += segment(0xC4, [0] + counts + (0...16).map { UInt8($0) })
    if restartRows > 0 { stream += segment(0xDD, word(restartRows * columns)) }
    let scans = isInterleaved ? [Array(0..<samples)] : (0..<samples).map { [$0] }
    for scan in scans {
      var header = [UInt8(scan.count)]
      for component in scan { header += [UInt8(component + 1), 0] }
      header += [UInt8(predictor), 0, UInt8(pointTransform)]
      stream += segment(0xDA, header)
      stream += data(values.map { $0 >> UInt16(pointTransform) }, scan)
    }
    return stream + [0xFF, 0xD9]
  }

  private func word(_ value: Int) -> [UInt8] { [UInt8(value >> 8), UInt8(value & 0xFF)] }

  private func segment(_ marker: UInt8, _ body: [UInt8]) -> [UInt8] { [0xFF, marker] + word(body.count + 2) + body }

  private func data(_ values: [UInt16], _ scan: [Int]) -> [UInt8] {
    var writer = BitWriter()
    var codes: [Int] = []
    var code = 0
    for (index, length) in lengths.enumerated() {
      if index > 0 { code = (code + 1) << (length - lengths[index - 1]) }
      codes.append(code)
    }
    var markers = 0
    for row in 0..<rows {
      let isFirst = row == 0 || (restartRows > 0 && row % restartRows == 0)
      if row > 0, isFirst {
        writer.finish()
        writer.bytes += [0xFF, 0xD0 + UInt8(markers % 8)]
        markers += 1
      }
      for column in 0..<columns {
        for component in scan {
          let at = (row * columns + column) * samples + component
          let difference = Int(values[at]) - prediction(values, at, isFirst: isFirst, column: column)
          let wrapped = Int(Int16(truncatingIfNeeded: difference))
          if wrapped == -32_768 {
            writer.put(codes[16], lengths[16])
            continue
          }
          let category = Int.bitWidth - abs(wrapped).leadingZeroBitCount
          writer.put(codes[category], lengths[category])
          writer.put((wrapped < 0 ? wrapped - 1 : wrapped) & (1 << category - 1), category)
        }
      }
    }
    writer.finish()
    return writer.bytes
  }

  private func prediction(_ values: [UInt16], _ at: Int, isFirst: Bool, column: Int) -> Int {
    if isFirst { return column == 0 ? 1 << (precision - pointTransform - 1) : Int(values[at - samples]) }
    let above = at - columns * samples
    if column == 0 { return Int(values[above]) }
    let (a, b, c) = (Int(values[at - samples]), Int(values[above]), Int(values[above - samples]))
    return [a, b, c, a + b - c, a + (b - c) >> 1, b + (a - c) >> 1, (a + b) >> 1][predictor - 1]
  }
}

/// Bits from the highest on, with zeros stuffed behind 0xFF.
private struct BitWriter {
  var bytes: [UInt8] = []
  private var bits = 0
  private var count = 0

  mutating func put(_ value: Int, _ length: Int) {
    for bit in stride(from: length - 1, through: 0, by: -1) {
      bits = bits << 1 | (value >> bit & 1)
      count += 1
      if count == 8 { flush() }
    }
  }

  mutating func finish() {
    while count > 0 { put(1, 1) }
  }

  private mutating func flush() {
    bytes.append(UInt8(bits))
    if bits == 0xFF { bytes.append(0) }
    bits = 0
    count = 0
  }
}
