// SPDX-License-Identifier: Apache-2.0

/// Bytes to text by the character sets of MSH-18.
enum CharacterDecoder {
  static func decode(_ bytes: ArraySlice<UInt8>, _ sets: CharacterSets) -> (String, [DecodedText.Finding]) {
    if bytes.allSatisfy({ $0 < 0x80 && $0 != ISO2022Escape.escape }) {
      return (String(decoding: bytes, as: UTF8.self), [])
    }
    if sets.usesISO2022, bytes.contains(ISO2022Escape.escape) { return designated(bytes, sets) }
    return plain(bytes, sets)
  }

  private static func plain(_ bytes: ArraySlice<UInt8>, _ sets: CharacterSets) -> (String, [DecodedText.Finding]) {
    guard let set = sets.primary, set != .ascii, set.name != "ISO IR6" else {
      // Nothing is declared, or ASCII is and the text says otherwise.
      let findings: [DecodedText.Finding] = bytes.contains { $0 >= 0x80 } ? [.undeclaredCharacters] : []
      if let text = String(validating: bytes, as: UTF8.self) { return (text, findings) }
      return (converted(bytes, CharacterSet.latin1.encoding).0, findings)
    }
    if set == .utf8, let text = String(validating: bytes, as: UTF8.self) { return (text, []) }
    let (text, replaced) = converted(bytes, set.encoding)
    return (text, replaced > 0 ? [.undecodable(replaced)] : [])
  }

  private static func converted(_ bytes: ArraySlice<UInt8>, _ encoding: String) -> (String, Int) {
    guard
      let result = Conversion.convert(bytes, from: encoding, to: "UTF-8", replacement: Array("\u{FFFD}".utf8))
    else {
      return (String(repeating: "\u{FFFD}", count: bytes.count), bytes.count)
    }
    return (String(decoding: result.bytes, as: UTF8.self), result.replaced)
  }

  /// Text that switches sets by escape sequences.
  private static func designated(
    _ bytes: ArraySlice<UInt8>, _ sets: CharacterSets
  ) -> (String, [DecodedText.Finding]) {
    var text = ""
    var findings: [DecodedText.Finding] = []
    var lower = ISO2022Escape.Charset.ascii
    var upper: ISO2022Escape.Charset?
    var run: [UInt8] = []
    func flush() {
      guard !run.isEmpty else { return }
      let (piece, found) = decode(run, lower: lower, upper: upper, sets)
      text += piece
      findings += found
      run = []
    }
    var index = bytes.startIndex
    while index < bytes.endIndex {
      if bytes[index] == ISO2022Escape.escape, let escape = ISO2022Escape(bytes[index...]) {
        flush()
        if escape.isUpper { upper = escape.charset } else { lower = escape.charset }
        index += escape.length
      } else {
        run.append(bytes[index])
        index += 1
      }
    }
    flush()
    return (text, findings)
  }

  /// A run between escape sequences, by way of an encoding that holds both halves.
  private static func decode(
    _ run: [UInt8], lower: ISO2022Escape.Charset, upper: ISO2022Escape.Charset?, _ sets: CharacterSets
  ) -> (String, [DecodedText.Finding]) {
    let (bytes, encoding): ([UInt8], String)
    switch (lower, upper) {
    case (.jis0208, _): (bytes, encoding) = (run.map { $0 | 0x80 }, "EUC-JP")
    case (.korean, _): (bytes, encoding) = (run.map { $0 | 0x80 }, "EUC-KR")
    case (.katakana, _): (bytes, encoding) = (run.flatMap { [0x8E, $0 | 0x80] as [UInt8] }, "EUC-JP")
    case (.jis0212, _):
      let pairs: [UInt8] = run.indices.flatMap { index -> [UInt8] in
        index % 2 == 0 ? [0x8F, run[index] | 0x80] : [run[index] | 0x80]
      }
      (bytes, encoding) = (pairs, "EUC-JP")
    case (_, .upperKorean): (bytes, encoding) = (run, "EUC-KR")
    case (_, .upperChinese): (bytes, encoding) = (run, "GB2312")
    case (_, .latin(let name)): (bytes, encoding) = (run, name)
    case (_, .upperKatakana): (bytes, encoding) = (run.flatMap { $0 < 0x80 ? [$0] : [0x8E, $0] as [UInt8] }, "EUC-JP")
    default: return plain(run[...], sets)
    }
    let (text, replaced) = converted(bytes[...], encoding)
    return (text, replaced > 0 ? [.undecodable(replaced)] : [])
  }
}
