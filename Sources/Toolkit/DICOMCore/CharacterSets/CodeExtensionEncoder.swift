// SPDX-License-Identifier: Apache-2.0

/// Encodes text with ISO 2022 code extensions (PS3.5 §6.1.2.5). Before each delimiter the initial G0 is designated
/// again (PS3.5 §6.1.2.5.3).
struct CodeExtensionEncoder {
  private let initialG0: CodeElement
  private let initialG1: CodeElement?
  private let others: [CodeElement]
  private let delimiters: CodeExtensionDecoder.Delimiters
  private var g0: CodeElement
  private var g1: CodeElement?
  private var bytes: [UInt8] = []
  /// The first character that no declared term has; a question mark stands for it.
  private(set) var missing: Unicode.Scalar?

  init(
    g0: CodeElement, g1: CodeElement?, others: [CodeElement], delimiters: CodeExtensionDecoder.Delimiters
  ) {
    self.delimiters = delimiters
    initialG0 = g0
    initialG1 = g1
    self.others = others
    self.g0 = g0
    self.g1 = g1
  }

  mutating func encode(_ text: String) -> [UInt8] {
    for scalar in text.unicodeScalars {
      if scalar.value < 0x80 {
        let byte = UInt8(scalar.value)
        designate(initialG0)
        bytes.append(byte)
        if delimiters.contains(byte) { g1 = initialG1 }
      } else {
        encode(scalar)
      }
    }
    designate(initialG0)
    return bytes
  }

  private mutating func encode(_ scalar: Unicode.Scalar) {
    // What is in force first, then the declared terms in their order.
    for element in [g0, g1].compactMap({ $0 }) + others {
      guard let code = Self.code(scalar, element) else { continue }
      designate(element)
      bytes += code
      return
    }
    if missing == nil { missing = scalar }
    designate(initialG0)
    bytes.append(0x3F)
  }

  private mutating func designate(_ element: CodeElement) {
    guard element != (element.isG0 ? g0 : g1) else { return }
    bytes.append(0x1B)
    bytes += element.escape
    if element.isG0 { g0 = element } else { g1 = element }
  }

  /// The bytes of a character above U+007F in a code element; nil where it has none.
  private static func code(_ scalar: Unicode.Scalar, _ element: CodeElement) -> [UInt8]? {
    if element == .katakana {
      guard (0xFF61...0xFF9F).contains(scalar.value) else { return nil }
      return [UInt8(scalar.value - 0xFF61 + 0xA1)]
    }
    guard element.isDouble else { return element.byte(scalar).map { [$0] } }
    let code = element.doubleByteTable?.code(scalar)
    return element.isG0 ? code?.map { $0 & 0x7F } : code
  }
}
