// SPDX-License-Identifier: Apache-2.0

/// The marker segment TLM, which lists the tile-parts of a codestream (ISO/IEC 15444-1 §A.7.1).
enum TilePartLengths {
  /// Bytes of a tile-part header's SOT segment.
  private static let startOfTilePart = 12

  /// The codestream with TLM at the end of its main header.
  static func inserted(into codestream: [UInt8]) throws(CodecError) -> [UInt8] {
    let start = try endOfMainHeader(codestream)
    var entries: [UInt8] = []
    var position = start
    while position + startOfTilePart <= codestream.count, marker(codestream, position) == 0xFF90 {
      let stated = long(codestream, position + 6)
      // Zero: up to the end marker.
      let length = stated == 0 ? codestream.count - position - 2 : stated
      guard length >= startOfTilePart, position + length <= codestream.count else {
        throw CodecError(.corrupt, "JPEG 2000 tile-part of \(length) bytes")
      }
      entries += [codestream[position + 4], codestream[position + 5]]
      entries += (0..<4).map { UInt8(truncatingIfNeeded: length >> (24 - 8 * $0)) }
      position += length
    }
    let length = 4 + entries.count
    guard length <= 0xFFFF else { throw CodecError(.limit, "\(entries.count / 6) JPEG 2000 tile-parts") }
    // Stlm: tile indices of 16 bits, lengths of 32 bits.
    let head: [UInt8] = [0xFF, 0x55, UInt8(length >> 8), UInt8(length & 0xFF), 0, 0x60]
    return codestream[..<start] + head + entries + codestream[start...]
  }

  private static func endOfMainHeader(_ codestream: [UInt8]) throws(CodecError) -> Int {
    var position = 2
    while position + 4 <= codestream.count {
      if marker(codestream, position) == 0xFF90 { return position }
      position += 2 + (Int(codestream[position + 2]) << 8 | Int(codestream[position + 3]))
    }
    throw CodecError(.corrupt, "JPEG 2000 codestream without tile-part")
  }

  private static func marker(_ bytes: [UInt8], _ at: Int) -> Int { Int(bytes[at]) << 8 | Int(bytes[at + 1]) }

  private static func long(_ bytes: [UInt8], _ at: Int) -> Int {
    marker(bytes, at) << 16 | marker(bytes, at + 2)
  }
}
