// SPDX-License-Identifier: Apache-2.0

import DICOMCore

/// What the marker segments of a JPEG stream say before its first scan (ISO/IEC 10918-1 Annex B).
struct JPEGHeader {
  /// One component of the frame header.
  struct Component {
    let identifier: UInt8
    let horizontal: Int
    let vertical: Int
  }

  /// The SOF marker's low byte, C0 to CF; F7 for JPEG-LS.
  let process: UInt8
  let precision: Int
  let height: Int
  let width: Int
  let components: [Component]
  /// The transform byte of an Adobe APP14 segment.
  let adobeTransform: UInt8?
  let isJFIF: Bool
  /// Position of the SOI marker.
  let start: Int

  /// Bytes that may stand before SOI.
  private static let longestPrefix = 4096

  var isLossless: Bool { process == 0xC3 }
  var isArithmetic: Bool { process >= 0xC9 && process <= 0xCF }
  var isSubsampled: Bool {
    components.contains { $0.horizontal != components[0].horizontal || $0.vertical != components[0].vertical }
  }

  init(_ codestream: ByteSlice) throws(CodecError) {
    self = try codestream.withUnsafeBytes { (bytes) throws(CodecError) in try JPEGHeader(bytes) }
  }

  private init(_ bytes: UnsafeRawBufferPointer) throws(CodecError) {
    let last = min(bytes.count - 1, Self.longestPrefix)
    guard bytes.count > 4, let soi = (0..<last).first(where: { bytes[$0] == 0xFF && bytes[$0 + 1] == 0xD8 })
    else { throw CodecError(.corrupt, "no JPEG stream") }
    var adobe: UInt8?
    var jfif = false
    var position = soi + 2
    while true {
      guard position + 4 <= bytes.count else { throw CodecError(.truncated, "JPEG stream without frame header") }
      guard bytes[position] == 0xFF else {
        throw CodecError(.corrupt, "no JPEG marker at byte \(position)")
      }
      let marker = bytes[position + 1]
      if marker == 0xFF || marker == 0x01 || (0xD0...0xD8).contains(marker) {
        position += marker == 0xFF ? 1 : 2
        continue
      }
      let length = Int(bytes[position + 2]) << 8 | Int(bytes[position + 3])
      let body = position + 4
      guard length >= 2, position + 2 + length <= bytes.count else {
        throw CodecError(.truncated, "JPEG segment at byte \(position) ends behind the stream")
      }
      switch marker {
      case 0xC0...0xC3, 0xC5...0xC7, 0xC9...0xCB, 0xCD...0xCF, 0xF7:
        guard length >= 8, length >= 8 + 3 * Int(bytes[body + 5]) else {
          throw CodecError(.corrupt, "short JPEG frame header")
        }
        process = marker
        precision = Int(bytes[body])
        height = Int(bytes[body + 1]) << 8 | Int(bytes[body + 2])
        width = Int(bytes[body + 3]) << 8 | Int(bytes[body + 4])
        components = (0..<Int(bytes[body + 5])).map { index in
          let at = body + 6 + 3 * index
          return Component(
            identifier: bytes[at], horizontal: Int(bytes[at + 1] >> 4), vertical: Int(bytes[at + 1] & 15))
        }
        adobeTransform = adobe
        isJFIF = jfif
        start = soi
        return
      case 0xE0 where length >= 7:
        jfif = jfif || UnsafeRawBufferPointer(rebasing: bytes[body..<body + 4]).elementsEqual("JFIF".utf8)
      case 0xEE where length >= 14:
        if UnsafeRawBufferPointer(rebasing: bytes[body..<body + 5]).elementsEqual("Adobe".utf8) {
          adobe = bytes[body + 11]
        }
      case 0xD9, 0xDA: throw CodecError(.corrupt, "JPEG scan before frame header")
      default: break
      }
      position += 2 + length
    }
  }
}
