// SPDX-License-Identifier: Apache-2.0

/// The characters of a set of two bytes each, 94 rows of 94 (ISO 2022), taken from the C library once.
struct DoubleByteTable: Sendable {
  /// By row and column, counted from 0; zero where there is no character.
  private let scalars: [UInt32]
  /// Row and column of each character, as two bytes with their high bits set.
  private let codes: [UInt32: UInt16]

  private static let size = 94

  /// - Parameters:
  ///   - name: of the encoding for iconv, in which row and column stand from A1H on.
  ///   - prefix: a byte that selects the set in that encoding.
  init(_ name: String, prefix: UInt8? = nil) {
    var input: [UInt8] = []
    for row in 0..<Self.size {
      for column in 0..<Self.size {
        if let prefix { input.append(prefix) }
        input += [UInt8(0xA1 + row), UInt8(0xA1 + column), 0x0A]
      }
    }
    let text = input.withUnsafeBytes { CodeConversion.decode($0, from: name) }
    var scalars: [UInt32] = []
    var codes: [UInt32: UInt16] = [:]
    scalars.reserveCapacity(Self.size * Self.size)
    for line in text.unicodeScalars.split(separator: "\n", omittingEmptySubsequences: false).prefix(
      Self.size * Self.size)
    {
      guard let scalar = line.first, line.count == 1, scalar != "\u{FFFD}" else {
        scalars.append(0)
        continue
      }
      let (row, column) = (scalars.count / Self.size, scalars.count % Self.size)
      if codes[scalar.value] == nil { codes[scalar.value] = UInt16(0xA1 + row) << 8 | UInt16(0xA1 + column) }
      scalars.append(scalar.value)
    }
    self.scalars = scalars
    self.codes = codes
  }

  /// The character of two bytes, of which the high bits do not count; nil where there is none.
  func scalar(_ high: UInt8, _ low: UInt8) -> Unicode.Scalar? {
    let row = Int(high & 0x7F) - 0x21
    let column = Int(low & 0x7F) - 0x21
    guard (0..<Self.size).contains(row), (0..<Self.size).contains(column) else { return nil }
    let index = row * Self.size + column
    guard index < scalars.count, scalars[index] != 0 else { return nil }
    return Unicode.Scalar(scalars[index])
  }

  /// The two bytes of a character, high bits set; nil where the set has none.
  func code(_ scalar: Unicode.Scalar) -> [UInt8]? {
    codes[scalar.value].map { [UInt8($0 >> 8), UInt8($0 & 0xFF)] }
  }
}

extension CodeElement {
  private static let kanjiTable = DoubleByteTable("EUC-JP")
  private static let supplementaryKanjiTable = DoubleByteTable("EUC-JP", prefix: 0x8F)
  private static let koreanTable = DoubleByteTable("EUC-KR")
  private static let chineseTable = DoubleByteTable("GB2312")

  /// The characters of a set of two bytes each; nil for the others.
  var doubleByteTable: DoubleByteTable? {
    switch self {
    case .kanji: Self.kanjiTable
    case .supplementaryKanji: Self.supplementaryKanjiTable
    case .korean: Self.koreanTable
    case .chinese: Self.chineseTable
    default: nil
    }
  }
}
