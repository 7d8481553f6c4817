// SPDX-License-Identifier: Apache-2.0

/// Base64 (RFC 4648 §4).
enum Base64 {
  private static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
  private static let values: [UInt8] = {
    var values = [UInt8](repeating: 0xFF, count: 256)
    for (value, letter) in alphabet.enumerated() { values[Int(letter)] = UInt8(value) }
    return values
  }()

  static func encode(_ data: UnsafeRawBufferPointer, into bytes: inout [UInt8]) {
    let alphabet = Self.alphabet
    var index = 0
    while index < data.count {
      let count = min(3, data.count - index)
      var group = UInt32(data[index]) << 16
      if count > 1 { group |= UInt32(data[index + 1]) << 8 }
      if count > 2 { group |= UInt32(data[index + 2]) }
      bytes.append(alphabet[Int(group >> 18 & 63)])
      bytes.append(alphabet[Int(group >> 12 & 63)])
      bytes.append(count > 1 ? alphabet[Int(group >> 6 & 63)] : UInt8(ascii: "="))
      bytes.append(count > 2 ? alphabet[Int(group & 63)] : UInt8(ascii: "="))
      index += 3
    }
  }

  /// Nil for anything but base64; line ends are passed over.
  static func decode(_ text: String) -> [UInt8]? {
    let values = Self.values
    var result: [UInt8] = []
    result.reserveCapacity(text.utf8.count * 3 / 4)
    var group: UInt32 = 0
    var letters = 0
    var padding = 0
    for byte in text.utf8 {
      if byte == 0x0A || byte == 0x0D { continue }
      if byte == UInt8(ascii: "=") {
        padding += 1
        continue
      }
      let value = values[Int(byte)]
      guard value != 0xFF, padding == 0 else { return nil }
      group = group << 6 | UInt32(value)
      letters += 1
      if letters == 4 {
        result.append(UInt8(group >> 16 & 0xFF))
        result.append(UInt8(group >> 8 & 0xFF))
        result.append(UInt8(group & 0xFF))
        group = 0
        letters = 0
      }
    }
    switch letters {
    case 0: return padding == 0 ? result : nil
    case 2: result.append(UInt8(group >> 4 & 0xFF))
    case 3:
      result.append(UInt8(group >> 10 & 0xFF))
      result.append(UInt8(group >> 2 & 0xFF))
    default: return nil
    }
    return result
  }
}
