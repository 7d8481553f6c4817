// SPDX-License-Identifier: Apache-2.0

import DICOMPixels

/// The marker segments and scans of a JPEG-LS stream (ISO/IEC 14495-1 Annex C).
struct JPEGLSStream {
  struct Result {
    var precision: Int
    var near: Int
  }

  private let bytes: UnsafePointer<UInt8>
  private let count: Int
  private let description: PixelDescription
  private let output: UnsafeMutablePointer<UInt16>
  private var position = 0
  private var identifiers: [UInt8] = []
  private var preset = JPEGLSParameters.Preset()
  private var decoded: Set<Int> = []
  private var result = Result(precision: 0, near: 0)

  init(
    bytes: UnsafePointer<UInt8>, count: Int, description: PixelDescription, output: UnsafeMutablePointer<UInt16>
  ) {
    self.bytes = bytes
    self.count = count
    self.description = description
    self.output = output
  }

  private func word(_ at: Int) -> Int { Int(bytes[at]) << 8 | Int(bytes[at + 1]) }

  /// Decodes all components into interleaved words.
  mutating func run() throws(CodecError) -> Result {
    guard count > 2, bytes[0] == 0xFF, bytes[1] == 0xD8 else { throw CodecError(.corrupt, "no JPEG-LS stream") }
    position = 2
    while decoded.count < description.samplesPerPixel {
      guard position + 4 <= count else { throw CodecError(.truncated, "JPEG-LS stream ends before its last scan") }
      guard bytes[position] == 0xFF else { throw CodecError(.corrupt, "no JPEG-LS marker at byte \(position)") }
      let marker = bytes[position + 1]
      if marker == 0xFF || marker == 0xD8 {
        position += marker == 0xFF ? 1 : 2
        continue
      }
      if marker == 0xD9 { throw CodecError(.truncated, "JPEG-LS stream ends before its last scan") }
      let length = word(position + 2)
      let body = position + 4
      let end = position + 2 + length
      guard length >= 2, end <= count else { throw CodecError(.truncated, "JPEG-LS segment ends behind the stream") }
      position = end
      switch marker {
      case 0xF7 where length >= 8: try readFrame(body, end)
      case 0xF8 where length >= 13 && bytes[body] == 1: readPreset(body)
      case 0xF8 where length >= 3 && bytes[body] != 1:
        throw CodecError(.unsupported, "JPEG-LS with mapping tables or large dimensions")
      case 0xDD where (body..<end).contains { bytes[$0] != 0 }:
        throw CodecError(.unsupported, "JPEG-LS with restart intervals")
      case 0xE8 where isColourTransform(body, end):
        throw CodecError(.unsupported, "JPEG-LS with a vendor's colour transform")
      case 0xDA where length >= 8: try scan(body, end)
      default: break
      }
    }
    return result
  }

  private mutating func readFrame(_ body: Int, _ end: Int) throws(CodecError) {
    let components = Int(bytes[body + 5])
    guard body + 6 + 3 * components <= end else { throw CodecError(.corrupt, "short JPEG-LS frame header") }
    guard word(body + 1) == description.rows, word(body + 3) == description.columns,
      components == description.samplesPerPixel
    else { throw CodecError(.mismatch, "JPEG-LS of \(word(body + 3)) × \(word(body + 1)) × \(components)") }
    result.precision = Int(bytes[body])
    guard (2...16).contains(result.precision) else {
      throw CodecError(.corrupt, "\(result.precision) bits in JPEG-LS")
    }
    identifiers = (0..<components).map { bytes[body + 6 + 3 * $0] }
  }

  private mutating func readPreset(_ body: Int) {
    preset.maximum = word(body + 1)
    preset.threshold1 = word(body + 3)
    preset.threshold2 = word(body + 5)
    preset.threshold3 = word(body + 7)
    preset.reset = word(body + 9)
  }

  /// The APP8 segment `mrfx` of an old encoder.
  private func isColourTransform(_ body: Int, _ end: Int) -> Bool {
    guard end - body >= 5 else { return false }
    return zip(body..<body + 4, "mrfx".utf8).allSatisfy { bytes[$0] == $1 } && bytes[body + 4] != 0
  }

  private mutating func scan(_ body: Int, _ end: Int) throws(CodecError) {
    let number = Int(bytes[body])
    guard number >= 1, number <= 4, body + 4 + 2 * number <= end else {
      throw CodecError(.corrupt, "bad JPEG-LS scan header")
    }
    var components: [Int] = []
    for entry in 0..<number {
      guard let index = identifiers.firstIndex(of: bytes[body + 1 + 2 * entry]), !decoded.contains(index),
        !components.contains(index), bytes[body + 2 + 2 * entry] == 0
      else { throw CodecError(.corrupt, "bad component in JPEG-LS scan header") }
      components.append(index)
    }
    let near = Int(bytes[body + 1 + 2 * number])
    let interleave = bytes[body + 2 + 2 * number]
    let pointTransform = bytes[body + 3 + 2 * number] & 15
    guard interleave <= 2, interleave != 0 || number == 1, pointTransform == 0,
      let parameters = JPEGLSParameters(precision: result.precision, near: near, preset: preset)
    else { throw CodecError(.corrupt, "JPEG-LS scan with parameters that cannot be") }
    result.near = max(result.near, near)
    var scan = JPEGLSScan(
      parameters: parameters, bits: JPEGLSBits(bytes: bytes, position: position, end: count))
    defer { scan.release() }
    try decode(&scan, components, bySample: interleave == 2 && number > 1)
    decoded.formUnion(components)
    position = scan.bits.nextMarker()
  }

  private func decode(_ scan: inout JPEGLSScan, _ components: [Int], bySample: Bool) throws(CodecError) {
    let width = description.columns
    let stride = width + 2
    let memory = JPEGLSScan.Line.allocate(capacity: stride * components.count * 2)
    memory.initialize(repeating: 0, count: stride * components.count * 2)
    defer { memory.deallocate() }
    var above = components.indices.map { memory + stride * (2 * $0) }
    var lines = components.indices.map { memory + stride * (2 * $0 + 1) }
    var runs = [Int](repeating: 0, count: components.count)
    for row in 0..<description.rows {
      var isSound = true
      if bySample {
        isSound = scan.decode(above: above, into: lines, width: width, runIndex: &runs[0])
      } else {
        for index in components.indices where isSound {
          isSound = scan.decode(above: above[index], into: lines[index], width: width, runIndex: &runs[index])
        }
      }
      guard !scan.bits.isExhausted else { throw CodecError(.truncated, "JPEG-LS data ends in row \(row)") }
      guard isSound else { throw CodecError(.corrupt, "JPEG-LS code without meaning in row \(row)") }
      let samples = description.samplesPerPixel
      for (index, component) in components.enumerated() {
        let target = output + row * width * samples + component
        let line = lines[index] + 1
        for x in 0..<width { target[x &* samples] = UInt16(truncatingIfNeeded: line[x]) }
      }
      swap(&above, &lines)
    }
  }
}
