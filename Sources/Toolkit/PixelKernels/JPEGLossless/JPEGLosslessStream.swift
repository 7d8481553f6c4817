// SPDX-License-Identifier: Apache-2.0

/// The marker segments of a lossless JPEG stream (ISO/IEC 10918-1 Annex B), walked from scan to scan.
struct JPEGLosslessStream {
  let bytes: UnsafePointer<UInt8>
  let count: Int
  /// The next byte to read: behind a scan header while its data is decoded.
  var position = 2
  private let shape: FrameShape
  private let tables: UnsafeMutablePointer<UInt32>
  private var precision = 0
  /// Component identifiers of the frame header, the first in the lowest byte.
  private var identifiers: UInt32 = 0
  private var restartInterval = 0
  /// Bits of the tables that were defined, and of the components whose scan has begun.
  private var defined = 0
  private var begun = 0
  /// More tables than any encoder writes; each costs time to build.
  private static let maximumTables = 64
  private var tableCount = 0

  init(_ bytes: UnsafePointer<UInt8>, _ count: Int, _ shape: FrameShape, tables: UnsafeMutablePointer<UInt32>) {
    self.bytes = bytes
    self.count = count
    self.shape = shape
    self.tables = tables
  }

  /// Every component had its scan.
  var isComplete: Bool { begun == 1 << shape.samples - 1 }

  private func word(_ at: Int) -> Int { Int(bytes[at]) << 8 | Int(bytes[at + 1]) }

  /// Reads on to behind the header of the next scan.
  mutating func nextScan() throws(KernelError) -> JPEGLosslessScan {
    while true {
      guard position + 4 <= count else {
        throw KernelError(.truncated, "JPEG stream ends before its last scan at", count)
      }
      guard bytes[position] == 0xFF else { throw KernelError(.corrupt, "no JPEG marker at byte", position) }
      let marker = bytes[position + 1]
      if marker == 0xFF || marker == 0x01 || (0xD0...0xD8).contains(marker) {
        position += marker == 0xFF ? 1 : 2
        continue
      }
      if marker == 0xD9 { throw KernelError(.truncated, "JPEG stream ends before its last scan at", position) }
      let length = word(position + 2)
      let body = position + 4
      guard length >= 2, position + 2 + length <= count else {
        throw KernelError(.truncated, "JPEG stream ends within the segment at byte", position)
      }
      position += 2 + length
      switch marker {
      case 0xC3: try readFrame(body, position)
      case 0xC0...0xC2, 0xC5...0xC7, 0xC9...0xCB, 0xCD...0xCF:
        throw KernelError(.unsupported, "no lossless Huffman JPEG: SOF", Int(marker & 15))
      case 0xC4: try readTables(body, position)
      case 0xDD where length >= 4: restartInterval = word(body)
      case 0xDA: return try readScan(body, position)
      default: break
      }
    }
  }

  private mutating func readFrame(_ body: Int, _ end: Int) throws(KernelError) {
    guard body + 6 <= end, body + 6 + 3 * Int(bytes[body + 5]) <= end else {
      throw KernelError(.corrupt, "short JPEG frame header at byte", body)
    }
    precision = Int(bytes[body])
    guard (2...16).contains(precision) else { throw KernelError(.corrupt, "bits in lossless JPEG:", precision) }
    // Zero rows: their number follows in a DNL segment behind the first scan.
    guard word(body + 1) == shape.rows || word(body + 1) == 0 else {
      throw KernelError(.mismatch, "another number of rows than due in JPEG:", word(body + 1))
    }
    guard word(body + 3) == shape.columns else {
      throw KernelError(.mismatch, "another number of columns than due in JPEG:", word(body + 3))
    }
    guard Int(bytes[body + 5]) == shape.samples else {
      throw KernelError(.mismatch, "another number of components than due in JPEG:", Int(bytes[body + 5]))
    }
    identifiers = 0
    for component in 0..<shape.samples {
      let at = body + 6 + 3 * component
      guard bytes[at + 1] == bytes[body + 7] else {
        throw KernelError(.unsupported, "components of several sizes in lossless JPEG at byte", at)
      }
      identifiers |= UInt32(bytes[at]) << UInt32(truncatingIfNeeded: 8 * component)
    }
  }

  private mutating func readTables(_ body: Int, _ end: Int) throws(KernelError) {
    var at = body
    while at + 17 <= end {
      let slot = Int(bytes[at] & 15)
      var total = 0
      for length in 1...16 { total += Int(bytes[at + length]) }
      tableCount += 1
      guard tableCount <= Self.maximumTables, slot < 4, at + 17 + total <= end,
        HuffmanTable(words: tables + slot * HuffmanTable.wordCount).fill(
          counts: bytes + at + 1, symbols: bytes + at + 17)
      else { throw KernelError(.corrupt, "bad Huffman table at byte", at) }
      defined |= 1 << slot
      at += 17 + total
    }
  }

  private mutating func readScan(_ body: Int, _ end: Int) throws(KernelError) -> JPEGLosslessScan {
    let number = end > body ? Int(bytes[body]) : 0
    guard precision > 0, number >= 1, number <= shape.samples, body + 4 + 2 * number <= end else {
      throw KernelError(.corrupt, "bad JPEG scan header at byte", body)
    }
    var scan = JPEGLosslessScan()
    for entry in 0..<number {
      let at = body + 1 + 2 * entry
      let table = Int(bytes[at + 1] >> 4)
      guard let component = component(bytes[at]), begun & 1 << component == 0, table < 4, defined & 1 << table != 0
      else { throw KernelError(.corrupt, "bad component in JPEG scan header at byte", at) }
      begun |= 1 << component
      scan.append(component: component, table: table)
    }
    scan.predictor = Int(bytes[body + 1 + 2 * number])
    scan.pointTransform = Int(bytes[body + 3 + 2 * number] & 15)
    scan.precision = precision
    scan.restartInterval = restartInterval
    guard (1...7).contains(scan.predictor), scan.pointTransform < precision else {
      throw KernelError(.corrupt, "no predictor or point transform of lossless JPEG at byte", body)
    }
    return scan
  }

  private func component(_ identifier: UInt8) -> Int? {
    for component in 0..<shape.samples
    where UInt8(truncatingIfNeeded: identifiers >> UInt32(truncatingIfNeeded: 8 * component)) == identifier {
      return component
    }
    return nil
  }
}
