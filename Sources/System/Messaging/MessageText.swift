// SPDX-License-Identifier: Apache-2.0

/// The bytes of a message as text that a person can edit, and back: UTF-8 where they are UTF-8, else a character for
/// each byte. Segments end in line ends.
public enum MessageText {
  public static func text(_ bytes: [UInt8]) -> (text: String, isUTF8: Bool) {
    let lines = bytes.map { $0 == 0x0D ? 0x0A : $0 }
    if let text = String(validating: lines, as: UTF8.self) { return (text, true) }
    return (String(String.UnicodeScalarView(lines.map { UnicodeScalar($0) })), false)
  }

  /// Nil where a character does not fit a byte.
  public static func bytes(_ text: String, isUTF8: Bool) -> [UInt8]? {
    var bytes: [UInt8] = []
    if isUTF8 {
      bytes = Array(text.utf8)
    } else {
      for scalar in text.unicodeScalars {
        guard let byte = UInt8(exactly: scalar.value) else { return nil }
        bytes.append(byte)
      }
    }
    var result: [UInt8] = []
    for byte in bytes {
      if byte == 0x0A {
        if result.last != 0x0D { result.append(0x0D) }
      } else {
        result.append(byte)
      }
    }
    return result
  }
}
