// SPDX-License-Identifier: Apache-2.0

/// Big endian numbers of a marker segment, in order, and anywhere in the stream.
struct MarkerBytes {
  private let stream: [UInt8]
  private var position = 0
  private var end = 0

  init(_ stream: [UInt8]) { self.stream = stream }

  mutating func select(_ range: Range<Int>) {
    position = range.lowerBound
    end = range.upperBound
  }

  var left: Int { end - position }

  /// The word at a place in the stream; 0 behind its end.
  func word(_ at: Int) -> Int { at + 1 < stream.count ? Int(stream[at]) << 8 | Int(stream[at + 1]) : 0 }

  /// What is left of the segment.
  mutating func rest() -> [UInt8] {
    defer { position = end }
    return Array(stream[position..<end])
  }

  mutating func byte() throws(CodecError) -> Int {
    guard position < end else { throw CodecError(.truncated, "JPEG 2000 marker segment") }
    position += 1
    return Int(stream[position - 1])
  }

  mutating func word() throws(CodecError) -> Int {
    let high = try byte()
    return high << 8 | (try byte())
  }

  mutating func triple() throws(CodecError) -> Int {
    let high = try byte()
    return high << 16 | (try word())
  }

  mutating func long() throws(CodecError) -> Int {
    let high = try word()
    return high << 16 | (try word())
  }
}
