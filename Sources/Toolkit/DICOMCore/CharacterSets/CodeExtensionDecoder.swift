// SPDX-License-Identifier: Apache-2.0

/// Decodes text with ISO 2022 code extensions (PS3.5 §6.1.2.5): splits it at escape sequences and converts each run in
/// the code element that is in force. At delimiters the initial code elements are in force again (PS3.5 §6.1.2.5.3).
struct CodeExtensionDecoder {
  /// The characters before and behind which code extensions do not reach.
  enum Delimiters {
    case values, personName

    func contains(_ byte: UInt8) -> Bool {
      switch byte {
      case 0x5C, 0x09, 0x0A, 0x0C, 0x0D: true
      case 0x5E, 0x3D: self == .personName
      default: false
      }
    }
  }

  private let initialG0: CodeElement
  private let initialG1: CodeElement?
  private let delimiters: Delimiters
  private var g0: CodeElement
  private var g1: CodeElement?
  private var text = String.UnicodeScalarView()

  init(g0: CodeElement, g1: CodeElement?, delimiters: Delimiters) {
    initialG0 = g0
    initialG1 = g1
    self.g0 = g0
    self.g1 = g1
    self.delimiters = delimiters
  }

  mutating func decode(_ bytes: UnsafeRawBufferPointer) -> String {
    var index = 0
    while index < bytes.count {
      let byte = bytes[index]
      if byte == 0x1B {
        index += designate(bytes, index)
      } else if byte < 0x80 {
        index += decodeG0(bytes, index)
      } else {
        index += decodeG1(bytes, index)
      }
    }
    return String(text)
  }

  /// Takes an escape sequence; gives its length.
  private mutating func designate(_ bytes: UnsafeRawBufferPointer, _ index: Int) -> Int {
    guard let (element, length) = CodeElement.designated(by: bytes[(index + 1)...]) else {
      text.append("\u{FFFD}")
      return 1
    }
    if element.isG0 { g0 = element } else { g1 = element }
    return length + 1
  }

  private mutating func decodeG0(_ bytes: UnsafeRawBufferPointer, _ index: Int) -> Int {
    let byte = bytes[index]
    guard g0.isDouble, byte > 0x20, byte < 0x7F else {
      text.append(Unicode.Scalar(byte))
      if delimiters.contains(byte) {
        g0 = initialG0
        g1 = initialG1
      }
      return 1
    }
    return appendPair(bytes, index, g0) { $0 > 0x20 && $0 < 0x7F }
  }

  private mutating func decodeG1(_ bytes: UnsafeRawBufferPointer, _ index: Int) -> Int {
    guard let g1 else {
      // No repertoire is declared for these bytes: UTF-8 where they are valid as such.
      var end = index
      while end < bytes.count, bytes[end] >= 0x80 { end += 1 }
      for scalar in String(decoding: bytes[index..<end], as: UTF8.self).unicodeScalars { text.append(scalar) }
      return end - index
    }
    guard g1.isDouble else {
      text.append(g1.scalar(bytes[index]) ?? "\u{FFFD}")
      return 1
    }
    return appendPair(bytes, index, g1) { $0 > 0xA0 && $0 < 0xFF }
  }

  /// Takes two bytes where the second one can be one; gives how many were taken.
  private mutating func appendPair(
    _ bytes: UnsafeRawBufferPointer, _ index: Int, _ element: CodeElement, _ belongs: (UInt8) -> Bool
  ) -> Int {
    guard belongs(bytes[index]), index + 1 < bytes.count, belongs(bytes[index + 1]) else {
      text.append("\u{FFFD}")
      return 1
    }
    text.append(element.doubleByteTable?.scalar(bytes[index], bytes[index + 1]) ?? "\u{FFFD}")
    return 2
  }
}
