// SPDX-License-Identifier: Apache-2.0

/// An escape sequence of ISO 2022 that designates a character set (HL7 v2.5.1 §2.7.2, PS3.3 table C.12-3 and C.12-4).
struct ISO2022Escape {
  static let escape: UInt8 = 0x1B

  let charset: Charset
  let length: Int

  /// What the following bytes are.
  enum Charset: Hashable {
    case ascii
    /// JIS X 0201 Roman, which here is read as ASCII.
    case roman
    /// JIS X 0201 Katakana in the lower half.
    case katakana
    /// JIS X 0201 Katakana in the upper half.
    case upperKatakana
    case jis0208
    case jis0212
    /// KS X 1001 in the lower half.
    case korean
    /// KS X 1001 in the upper half.
    case upperKorean
    /// GB 2312 in the upper half.
    case upperChinese
    /// The upper half of a part of ISO 8859, by the C library's name.
    case latin(String)
  }

  /// Whether a character takes two bytes of the lower half.
  var isDouble: Bool { charset == .jis0208 || charset == .jis0212 || charset == .korean }

  /// Whether it changes the upper half alone.
  var isUpper: Bool {
    switch charset {
    case .upperKatakana, .upperKorean, .upperChinese, .latin: true
    default: false
    }
  }

  /// Sequences without their first byte.
  private static let known: [(bytes: [UInt8], charset: Charset)] = {
    var list: [(String, Charset)] = [
      ("(B", .ascii), ("(J", .roman), ("(I", .katakana), (")I", .upperKatakana), ("$@", .jis0208), ("$B", .jis0208),
      ("$(D", .jis0212), ("$(C", .korean), ("$)C", .upperKorean), ("$)A", .upperChinese),
    ]
    let parts = [
      ("A", 1), ("B", 2), ("C", 3), ("D", 4), ("L", 5), ("G", 6), ("F", 7), ("H", 8), ("M", 9), ("b", 15),
    ]
    list += parts.map { ("-" + $0.0, .latin("ISO-8859-\($0.1)")) }
    return list.map { (Array($0.0.utf8), $0.1) }
  }()

  /// Reads the sequence at the start of the bytes; nil where it is none that is known.
  init?(_ bytes: ArraySlice<UInt8>) {
    let rest = bytes.dropFirst()
    guard bytes.first == Self.escape, let found = Self.known.first(where: { rest.starts(with: $0.bytes) }) else {
      return nil
    }
    charset = found.charset
    length = found.bytes.count + 1
  }
}
