// SPDX-License-Identifier: Apache-2.0

import CIconv

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Conversion between UTF-8 and another encoding by the C library, counting what does not convert.
enum Conversion {
  /// - Returns: the bytes, and how many characters were replaced; nil where the C library lacks an encoding.
  static func convert(
    _ bytes: ArraySlice<UInt8>, from source: String, to target: String, replacement: [UInt8]
  ) -> (bytes: [UInt8], replaced: Int)? {
    guard let handle = martlet_iconv_open(target, source) else { return nil }
    defer { martlet_iconv_close(handle) }
    let fromUTF8 = source == "UTF-8"
    var output: [UInt8] = []
    var replaced = 0
    var chunk = [CChar](repeating: 0, count: max(64, bytes.count * 2))
    bytes.withUnsafeBytes { bytes in
      var offset = 0
      while offset < bytes.count {
        var input = bytes.baseAddress?.advanced(by: offset).assumingMemoryBound(to: CChar.self)
        var inputLeft = bytes.count - offset
        var code: Int32 = 0
        let written = chunk.withUnsafeMutableBufferPointer { room -> Int in
          var position = room.baseAddress
          var left = room.count
          _ = martlet_iconv(handle, &input, &inputLeft, &position, &left, &code)
          return room.count - left
        }
        output.append(contentsOf: chunk[0..<written].lazy.map { UInt8(bitPattern: $0) })
        offset = bytes.count - inputLeft
        if code == EILSEQ || code == EINVAL {
          output += replacement
          replaced += 1
          offset += fromUTF8 ? characterLength(bytes[offset]) : 1
        } else if code != E2BIG {
          break
        }
      }
    }
    return (output, replaced)
  }

  /// Bytes of the UTF-8 character that begins with this one.
  private static func characterLength(_ lead: UInt8) -> Int { lead < 0x80 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4 }
}
