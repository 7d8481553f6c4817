// SPDX-License-Identifier: Apache-2.0

/// Base64 (RFC 4648 §4).
enum Base64 {
  private static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
  private static let values: [UInt8] = {
    var values = [UInt8](repeating: 0xFF, count: 256)
    for (value, letter) in alphabet.enumerated() { values[Int(letter)] = UInt8(value) }
    return values
  }()

  /// Appends the text of `data`, padded at its end.
  static func encode(_ data: UnsafeRawBufferPointer, into bytes: inout [UInt8]) {
    let length = (data.count + 2) / 3 * 4
    let text = alphabet.withUnsafeBufferPointer { letters in
      [UInt8](unsafeUninitializedCapacity: length) { output, count in
        encode(data, letters, output)
        count = length
      }
    }
    bytes.append(contentsOf: text)
  }

  private static func encode(
    _ data: UnsafeRawBufferPointer, _ letters: UnsafeBufferPointer<UInt8>, _ output: UnsafeMutableBufferPointer<UInt8>
  ) {
    var position = 0
    var index = 0
    while index + 3 <= data.count {
      let group = Int(data[index]) << 16 | Int(data[index + 1]) << 8 | Int(data[index + 2])
      output[position] = letters[group >> 18]
      output[position + 1] = letters[group >> 12 & 63]
      output[position + 2] = letters[group >> 6 & 63]
      output[position + 3] = letters[group & 63]
      position += 4
      index += 3
    }
    guard index < data.count else { return }
    let isPair = index + 1 < data.count
    let group = Int(data[index]) << 16 | (isPair ? Int(data[index + 1]) << 8 : 0)
    output[position] = letters[group >> 18]
    output[position + 1] = letters[group >> 12 & 63]
    output[position + 2] = isPair ? letters[group >> 6 & 63] : UInt8(ascii: "=")
    output[position + 3] = UInt8(ascii: "=")
  }

  /// Nil for anything but base64; white space is passed over.
  static func decode(_ text: String) -> [UInt8]? {
    var text = text
    return text.withUTF8 { letters in values.withUnsafeBufferPointer { decode(letters, $0) } }
  }

  private static func decode(
    _ text: UnsafeBufferPointer<UInt8>, _ values: UnsafeBufferPointer<UInt8>
  ) -> [UInt8]? {
    var result: [UInt8] = []
    result.reserveCapacity(text.count / 4 * 3 + 3)
    var group: UInt32 = 0
    var letters = 0
    var padding = 0
    for byte in text {
      let value = values[Int(byte)]
      if value == 0xFF {
        if byte == 0x0A || byte == 0x0D || byte == 0x20 || byte == 0x09 { continue }
        guard byte == UInt8(ascii: "=") else { return nil }
        padding += 1
        continue
      }
      guard padding == 0 else { return nil }
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
    return padding <= 2 ? result : nil
  }
}
