// SPDX-License-Identifier: Apache-2.0

import DICOMCore
import DICOMPixels

/// JPEG lossless, process 14: Huffman coding and the predictors 1 to 7 (ISO/IEC 10918-1 Annex H), 2 to 16 bits.
struct LosslessJPEGDecoder {
  private struct Scan {
    var components: [(index: Int, table: Int)]
    var predictor: Int
    var pointTransform: Int
  }

  private let bytes: UnsafePointer<UInt8>
  private let count: Int
  private let description: PixelDescription
  private let output: UnsafeMutablePointer<UInt16>
  private var position = 2
  private var precision = 0
  private var identifiers: [UInt8] = []
  private var tables: [HuffmanTable?] = [nil, nil, nil, nil]
  private var restartInterval = 0
  private var decoded: Set<Int> = []
  /// More tables than any encoder writes; each costs a look-up table.
  private static let maximumTables = 64
  private var tableCount = 0

  /// Decodes to interleaved samples in words of 16 bits. The frame header has been compared with the description.
  static func decode(_ codestream: ByteSlice, description: PixelDescription) throws(CodecError) -> [UInt8] {
    let size = description.samplesPerFrame * 2
    var failure: CodecError?
    let samples = [UInt8](unsafeUninitializedCapacity: size) { buffer, written in
      codestream.withUnsafeBytes { input in
        guard let source = input.bindMemory(to: UInt8.self).baseAddress, let target = buffer.baseAddress else { return }
        UnsafeMutableRawPointer(target).withMemoryRebound(to: UInt16.self, capacity: size / 2) { words in
          var decoder = LosslessJPEGDecoder(
            bytes: source, count: input.count, description: description, output: words)
          do throws(CodecError) { try decoder.run() } catch { failure = error }
        }
      }
      written = failure == nil ? size : 0
    }
    if let failure { throw failure }
    return samples
  }

  private init(
    bytes: UnsafePointer<UInt8>, count: Int, description: PixelDescription, output: UnsafeMutablePointer<UInt16>
  ) {
    self.bytes = bytes
    self.count = count
    self.description = description
    self.output = output
  }

  private func word(_ at: Int) -> Int { Int(bytes[at]) << 8 | Int(bytes[at + 1]) }

  private mutating func run() throws(CodecError) {
    while decoded.count < description.samplesPerPixel {
      guard position + 4 <= count else { throw CodecError(.truncated, "JPEG stream ends before its last scan") }
      guard bytes[position] == 0xFF else { throw CodecError(.corrupt, "no JPEG marker at byte \(position)") }
      let marker = bytes[position + 1]
      if marker == 0xFF || marker == 0x01 || (0xD0...0xD8).contains(marker) {
        position += marker == 0xFF ? 1 : 2
        continue
      }
      if marker == 0xD9 { throw CodecError(.truncated, "JPEG stream ends before its last scan") }
      let length = word(position + 2)
      let body = position + 4
      let end = position + 2 + length
      guard length >= 2, end <= count else { throw CodecError(.truncated, "JPEG segment ends behind the stream") }
      position = end
      switch marker {
      case 0xC3 where length >= 8:
        guard length >= 8 + 3 * Int(bytes[body + 5]) else { throw CodecError(.corrupt, "short JPEG frame header") }
        precision = Int(bytes[body])
        guard (2...16).contains(precision) else { throw CodecError(.corrupt, "\(precision) bits in lossless JPEG") }
        identifiers = (0..<Int(bytes[body + 5])).map { bytes[body + 6 + 3 * $0] }
      case 0xC4: try readTables(body, end)
      case 0xDD where length >= 4: restartInterval = word(body)
      case 0xDA: try decode(try scan(body, end))
      default: break
      }
    }
  }

  private mutating func readTables(_ body: Int, _ end: Int) throws(CodecError) {
    var at = body
    while at + 17 <= end {
      let slot = Int(bytes[at] & 15)
      let counts = (1...16).map { Int(bytes[at + $0]) }
      let total = counts.reduce(0, +)
      tableCount += 1
      guard tableCount <= Self.maximumTables, slot < 4, at + 17 + total <= end,
        let table = HuffmanTable(counts: counts, values: (0..<total).map { bytes[at + 17 + $0] })
      else { throw CodecError(.corrupt, "bad Huffman table at byte \(at)") }
      tables[slot] = table
      at += 17 + total
    }
  }

  private func scan(_ body: Int, _ end: Int) throws(CodecError) -> Scan {
    let number = end > body ? Int(bytes[body]) : 0
    guard number >= 1, number <= 4, body + 4 + 2 * number <= end else {
      throw CodecError(.corrupt, "bad JPEG scan header")
    }
    var components: [(index: Int, table: Int)] = []
    for entry in 0..<number {
      let identifier = bytes[body + 1 + 2 * entry]
      let table = Int(bytes[body + 2 + 2 * entry] >> 4)
      guard let index = identifiers.firstIndex(of: identifier), !decoded.contains(index),
        !components.contains(where: { $0.index == index }), table < 4, tables[table] != nil
      else { throw CodecError(.corrupt, "bad component in JPEG scan header") }
      components.append((index, table))
    }
    let predictor = Int(bytes[body + 1 + 2 * number])
    let pointTransform = Int(bytes[body + 3 + 2 * number] & 15)
    guard (1...7).contains(predictor), pointTransform < precision else {
      throw CodecError(.corrupt, "predictor \(predictor), point transform \(pointTransform)")
    }
    return Scan(components: components, predictor: predictor, pointTransform: pointTransform)
  }

  private mutating func decode(_ scan: Scan) throws(CodecError) {
    var stream = LosslessJPEGStream(bytes: bytes, position: position, end: count)
    let samples = description.samplesPerPixel
    let rowSize = description.columns * samples
    var untilRestart = restartInterval
    var first = true
    for row in 0..<description.rows {
      if restartInterval > 0, untilRestart == 0 {
        guard stream.restart() else { throw CodecError(.truncated, "restart marker missing before row \(row)") }
        untilRestart = restartInterval
        first = true
      }
      let line = output + row * rowSize
      let fits =
        scan.components.count == 1
        ? decodeRow(&stream, scan, line, above: first ? nil : line - rowSize)
        : decodeInterleavedRow(&stream, scan, line, above: first ? nil : line - rowSize)
      guard fits else { throw CodecError(.corrupt, "no Huffman code fits in row \(row)") }
      guard !stream.isExhausted else { throw CodecError(.truncated, "JPEG data ends in row \(row)") }
      if restartInterval > 0 {
        guard restartInterval % description.columns == 0 else {
          throw CodecError(.unsupported, "restart interval within a row")
        }
        untilRestart -= description.columns
      }
      first = false
    }
    for component in scan.components {
      decoded.insert(component.index)
      shift(component.index, scan.pointTransform)
    }
    stream.skipToMarker()
    position = stream.position
  }

  /// Undoes the point transform of a finished component: prediction works on the values before it.
  private func shift(_ component: Int, _ bits: Int) {
    guard bits > 0 else { return }
    let samples = description.samplesPerPixel
    for pixel in 0..<description.pixelsPerFrame { output[pixel * samples + component] <<= UInt16(bits) }
  }

  private func decodeRow(
    _ stream: inout LosslessJPEGStream, _ scan: Scan, _ line: UnsafeMutablePointer<UInt16>,
    above: UnsafeMutablePointer<UInt16>?
  ) -> Bool {
    let (component, slot) = scan.components[0]
    guard let table = tables[slot] else { return false }
    let samples = description.samplesPerPixel
    let columns = description.columns
    let start = Int32(1) << Int32(precision - scan.pointTransform - 1)
    return table.lookup.withUnsafeBufferPointer { lookup in
      guard let lookup = lookup.baseAddress, let initial = stream.difference(lookup) else { return false }
      let current = line + component
      let upper = above.map { $0 + component }
      current[0] = UInt16(truncatingIfNeeded: initial &+ (upper.map { Int32($0[0]) } ?? start))
      var left = Int32(current[0])
      for column in 1..<max(columns, 1) {
        guard let difference = stream.difference(lookup) else { return false }
        let at = column * samples
        var prediction = left
        if let upper, scan.predictor != 1 {
          prediction = Self.predict(scan.predictor, left, Int32(upper[at]), Int32(upper[at - samples]))
        }
        current[at] = UInt16(truncatingIfNeeded: prediction &+ difference)
        left = Int32(current[at])
      }
      return true
    }
  }

  private func decodeInterleavedRow(
    _ stream: inout LosslessJPEGStream, _ scan: Scan, _ line: UnsafeMutablePointer<UInt16>,
    above: UnsafeMutablePointer<UInt16>?
  ) -> Bool {
    let samples = description.samplesPerPixel
    let start = Int32(1) << Int32(precision - scan.pointTransform - 1)
    for column in 0..<description.columns {
      for (component, slot) in scan.components {
        guard let table = tables[slot] else { return false }
        let found = table.lookup.withUnsafeBufferPointer { lookup in
          lookup.baseAddress.flatMap { stream.difference($0) }
        }
        guard let difference = found else { return false }
        let at = column * samples + component
        var prediction = start
        if column == 0 {
          if let above { prediction = Int32(above[at]) }
        } else if let above {
          prediction = Self.predict(
            scan.predictor, Int32(line[at - samples]), Int32(above[at]), Int32(above[at - samples]))
        } else {
          prediction = Int32(line[at - samples])
        }
        line[at] = UInt16(truncatingIfNeeded: prediction &+ difference)
      }
    }
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
    case 5: a &+ (b &- c) >> 1
    case 6: b &+ (a &- c) >> 1
    default: (a &+ b) >> 1
    }
  }
}
