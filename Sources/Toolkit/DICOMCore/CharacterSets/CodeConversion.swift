// SPDX-License-Identifier: Apache-2.0

import CIconv

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Conversion between UTF-8 and another encoding by the C library.
enum CodeConversion {
  /// Decodes; what is no character becomes U+FFFD. An encoding that the C library lacks gives U+FFFD only.
  static func decode(_ bytes: UnsafeRawBufferPointer, from name: String) -> String {
    let output = convert(bytes, from: name, to: "UTF-8", replacement: Array("\u{FFFD}".utf8)) { _ in 1 }
    return String(decoding: output, as: UTF8.self)
  }

  /// Encodes; a character that the encoding lacks becomes a question mark.
  static func encode(_ text: String, to name: String) -> [UInt8] {
    Array(text.utf8).withUnsafeBytes { bytes in
      convert(bytes, from: "UTF-8", to: name, replacement: [0x3F]) { lead in
        lead < 0x80 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4
      }
    }
  }

  /// Encodes one character; nil where the encoding lacks it.
  static func encode(_ scalar: Unicode.Scalar, to name: String) -> [UInt8]? {
    let bytes = encode(String(scalar), to: name)
    return bytes == [0x3F] && scalar != "?" ? nil : bytes
  }

  private static func convert(
    _ bytes: UnsafeRawBufferPointer, from source: String, to target: String, replacement: [UInt8],
    skip: (UInt8) -> Int
  ) -> [UInt8] {
    guard let handle = martlet_iconv_open(target, source) else {
      return (0..<bytes.count).flatMap { _ in replacement }
    }
    defer { martlet_iconv_close(handle) }
    var output: [UInt8] = []
    var chunk = [CChar](repeating: 0, count: max(64, bytes.count * 2))
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
        offset = min(offset + skip(bytes[offset]), bytes.count)
      } else if code != E2BIG {
        break
      }
    }
    return output
  }
}
