// SPDX-License-Identifier: Apache-2.0

import DICOMCore

/// The SIZ and COD segments of a JPEG 2000 codestream (ISO/IEC 15444-1 Annex A), read before a decoder sees it.
struct JPEG2000Header {
  let width: Int
  let height: Int
  let tiles: Int
  let components: Int
  /// The first component has a sign.
  let isSigned: Bool
  /// COD asks for the multiple component transform.
  let hasComponentTransform: Bool
  /// COD asks for the irreversible 9-7 wavelet.
  let isIrreversible: Bool
  /// SIZ says that extensions of Part 2 are used (ISO/IEC 15444-2 §A.2).
  let usesExtensions: Bool
  /// The codestream stands in JP2 boxes.
  let isBoxed: Bool

  /// Tiles beyond what any image of ours is cut into.
  static let maximumTiles = 1 << 14

  /// Components that ISO/IEC 15444-1 allows.
  static let maximumComponents = 1 << 14

  /// The codestream begins within this many bytes of JP2 boxes.
  private static let longestBoxes = 1 << 16

  init(_ stream: ByteSlice) throws(CodecError) {
    self = try stream.withUnsafeBytes { (bytes) throws(CodecError) in try JPEG2000Header(bytes) }
  }

  private init(_ bytes: UnsafeRawBufferPointer) throws(CodecError) {
    func word(_ at: Int) -> Int { Int(bytes[at]) << 8 | Int(bytes[at + 1]) }
    func long(_ at: Int) -> Int { word(at) << 16 | word(at + 2) }
    let signature: [UInt8] = [0xFF, 0x4F, 0xFF, 0x51]
    guard bytes.count >= 12 else { throw CodecError(.truncated, "JPEG 2000 stream of \(bytes.count) bytes") }
    isBoxed = long(0) == 12 && long(4) == 0x6A50_2020
    let last = isBoxed ? min(bytes.count - 4, Self.longestBoxes) : 0
    guard let start = (0...last).first(where: { bytes[$0..<$0 + 4].elementsEqual(signature) }),
      start + 44 <= bytes.count
    else { throw CodecError(.corrupt, "no JPEG 2000 codestream") }
    let size = start + 6
    usesExtensions = bytes[size] & 0x80 != 0
    let origin = (long(size + 10), long(size + 14))
    let tile = (long(size + 18), long(size + 22))
    width = long(size + 2) - origin.0
    height = long(size + 6) - origin.1
    components = word(size + 34)
    guard width > 0, height > 0, tile.0 > 0, tile.1 > 0, (1...Self.maximumComponents).contains(components),
      start + 42 + 3 * components <= bytes.count
    else { throw CodecError(.corrupt, "bad JPEG 2000 image size") }
    tiles = ((width + tile.0 - 1) / tile.0 + 1) * ((height + tile.1 - 1) / tile.1 + 1)
    isSigned = bytes[size + 36] & 0x80 != 0
    var position = start + 4 + word(start + 4)
    var transform = false
    var irreversible = false
    while position + 14 <= bytes.count, bytes[position] == 0xFF, bytes[position + 1] != 0x90 {
      if bytes[position + 1] == 0x52 {
        transform = bytes[position + 8] != 0
        irreversible = bytes[position + 13] == 0
      }
      position += 2 + word(position + 2)
    }
    hasComponentTransform = transform
    isIrreversible = irreversible
  }
}
