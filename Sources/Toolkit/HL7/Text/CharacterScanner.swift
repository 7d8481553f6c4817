// SPDX-License-Identifier: Apache-2.0

/// Steps through text by characters, so that the second byte of a character is not taken for a delimiter.
struct CharacterScanner {
  private let width: CharacterSet.Width
  private let usesISO2022: Bool
  /// Two bytes of 21H to 7EH make a character, after an escape sequence of ISO 2022.
  private var isDouble = false

  init(_ sets: CharacterSets) {
    width = sets.primary?.width ?? .asciiSafe
    usesISO2022 = sets.usesISO2022
  }

  /// How many bytes to step, at least one and never past the end.
  mutating func length(of bytes: ArraySlice<UInt8>) -> Int {
    let first = bytes[bytes.startIndex]
    if usesISO2022, first == ISO2022Escape.escape, let escape = ISO2022Escape(bytes) {
      isDouble = escape.isDouble
      return escape.length
    }
    let step: Int
    if isDouble, (0x21...0x7E).contains(first) {
      step = 2
    } else if first < 0x81 || first == 0xFF {
      step = 1
    } else {
      switch width {
      case .asciiSafe, .iso2022: step = 1
      case .doubleByte: step = 2
      case .gb18030:
        let second = bytes.count > 1 ? bytes[bytes.startIndex + 1] : 0
        step = (0x30...0x39).contains(second) ? 4 : 2
      }
    }
    return min(step, bytes.count)
  }
}
