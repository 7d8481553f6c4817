// SPDX-License-Identifier: Apache-2.0

/// A coded character set that is designated to G0 or G1 (ISO 2022, PS3.5 §6.1.2.5).
enum CodeElement: Sendable, Hashable, CaseIterable {
  case ascii, romaji, katakana
  case latin1, latin2, latin3, latin4, cyrillic, arabic, greek, hebrew, latin5, latin9, thai
  case kanji, supplementaryKanji, korean, chinese

  /// Designated to G0, bytes 21H to 7EH; the others to G1, bytes A0H to FFH.
  var isG0: Bool {
    switch self {
    case .ascii, .romaji, .kanji, .supplementaryKanji: true
    default: false
    }
  }

  /// Two bytes make a character.
  var isDouble: Bool {
    switch self {
    case .kanji, .supplementaryKanji, .korean, .chinese: true
    default: false
    }
  }

  /// The escape sequence that designates it, without ESC (PS3.3 table C.12-3, C.12-4).
  var escape: [UInt8] {
    switch self {
    case .ascii: [0x28, 0x42]
    case .romaji: [0x28, 0x4A]
    case .katakana: [0x29, 0x49]
    case .latin1: [0x2D, 0x41]
    case .latin2: [0x2D, 0x42]
    case .latin3: [0x2D, 0x43]
    case .latin4: [0x2D, 0x44]
    case .greek: [0x2D, 0x46]
    case .arabic: [0x2D, 0x47]
    case .hebrew: [0x2D, 0x48]
    case .cyrillic: [0x2D, 0x4C]
    case .latin5: [0x2D, 0x4D]
    case .latin9: [0x2D, 0x62]
    case .thai: [0x2D, 0x54]
    case .kanji: [0x24, 0x42]
    case .supplementaryKanji: [0x24, 0x28, 0x44]
    case .korean: [0x24, 0x29, 0x43]
    case .chinese: [0x24, 0x29, 0x41]
    }
  }

  /// The element that an escape sequence designates, and the length of the sequence without ESC.
  static func designated(by bytes: UnsafeRawBufferPointer.SubSequence) -> (element: CodeElement, length: Int)? {
    // The Kanji of 1978, which old devices designate.
    if bytes.starts(with: [0x24, 0x40]) { return (.kanji, 2) }
    for element in allCases where bytes.starts(with: element.escape) { return (element, element.escape.count) }
    return nil
  }

  /// The name of a set of single bytes for iconv; nil for the others, and for what needs no conversion.
  var conversionName: String? {
    switch self {
    case .ascii, .romaji, .katakana, .kanji, .supplementaryKanji, .korean, .chinese: nil
    case .latin1: "ISO-8859-1"
    case .latin2: "ISO-8859-2"
    case .latin3: "ISO-8859-3"
    case .latin4: "ISO-8859-4"
    case .cyrillic: "ISO-8859-5"
    case .arabic: "ISO-8859-6"
    case .greek: "ISO-8859-7"
    case .hebrew: "ISO-8859-8"
    case .latin5: "ISO-8859-9"
    case .latin9: "ISO-8859-15"
    case .thai: "TIS-620"
    }
  }

  /// The character of a single byte above 7FH; nil where there is none.
  func scalar(_ byte: UInt8) -> Unicode.Scalar? {
    if self == .katakana {
      return (0xA1...0xDF).contains(byte) ? Unicode.Scalar(UInt32(byte) - 0xA1 + 0xFF61) : nil
    }
    guard let table = Self.tables[self] else { return nil }
    let code = table[Int(byte) - 0x80]
    return code == 0 ? nil : Unicode.Scalar(UInt32(code))
  }

  /// The byte from A0H on of a character in a set of single bytes; nil where it has none.
  func byte(_ scalar: Unicode.Scalar) -> UInt8? {
    guard scalar.value <= 0xFFFF, let table = Self.tables[self],
      let index = table[0x20...].firstIndex(of: UInt16(scalar.value))
    else { return nil }
    return UInt8(index + 0x80)
  }

  /// The characters of the bytes 80H to FFH of each set of single bytes; zero where there is none.
  private static let tables: [CodeElement: [UInt16]] = {
    var tables: [CodeElement: [UInt16]] = [:]
    for element in allCases where !element.isDouble {
      guard let name = element.conversionName else { continue }
      tables[element] = (0x80...0xFF).map { byte in
        let text = withUnsafeBytes(of: UInt8(byte)) { CodeConversion.decode($0, from: name) }
        guard let scalar = text.unicodeScalars.first, scalar != "\u{FFFD}" else { return 0 }
        return UInt16(truncatingIfNeeded: scalar.value)
      }
    }
    return tables
  }()
}
