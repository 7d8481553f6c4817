// SPDX-License-Identifier: Apache-2.0

/// The character repertoires that Specific Character Set (0008,0005) declares (PS3.3 §C.12.1.1.2, PS3.5 §6.1).
public struct SpecificCharacterSet: Sendable, Hashable {
  /// The defined terms as they stand in the element, in order.
  public let terms: [String]

  public init(terms: [String]) { self.terms = terms }

  /// ISO IR 6, the default repertoire.
  public static let `default` = SpecificCharacterSet(terms: [])
  /// UTF-8.
  public static let utf8 = SpecificCharacterSet(terms: ["ISO_IR 192"])

  /// Splits a value field at backslashes where the VR has several values, decodes each and removes padding: trailing
  /// spaces and NULs, leading spaces too where they are not significant (PS3.5 §6.2). A byte 5CH that is part of a
  /// character of several bytes splits nothing.
  public func decodeValues(_ bytes: ByteSlice, vr: VR) -> [String] {
    let isSplit = vr.isMultiValued || vr == .UN
    let plain = bytes.withUnsafeBytes { buffer -> [String]? in
      guard PlainText.isPlain(buffer) else { return nil }
      var values: [String] = []
      PlainText.forEachValue(of: buffer, vr: vr) { values.append(String(decoding: $0, as: UTF8.self)) }
      return values
    }
    if let plain { return plain }
    let text = decode(bytes, vr: vr)
    guard isSplit else { return [Self.trimmed(text, leading: false)] }
    return text.utf8.split(separator: 0x5C, omittingEmptySubsequences: false).map {
      Self.trimmed(Substring($0), leading: vr != .UC)
    }
  }

  /// Decodes all bytes; what cannot be decoded becomes U+FFFD.
  ///
  /// Without a declared repertoire, or with an unknown one, bytes above 7FH are taken as UTF-8 where they are valid as
  /// such.
  /// - Parameter vr: in PN, `^` and `=` end code extensions as `\` does (PS3.5 §6.1.2.5.3).
  public func decode(_ bytes: ByteSlice, vr: VR = .LO) -> String {
    bytes.withUnsafeBytes { buffer in
      if PlainText.isPlain(buffer) { return String(decoding: buffer, as: UTF8.self) }
      switch CharacterSetDeclaration(terms) {
      case .utf8: return String(decoding: buffer, as: UTF8.self)
      case .whole(let name): return CodeConversion.decode(buffer, from: name)
      case .extensible(let g0, let g1, _):
        var decoder = CodeExtensionDecoder(g0: g0, g1: g1, delimiters: vr == .PN ? .personName : .values)
        return decoder.decode(buffer)
      }
    }
  }

  /// Encodes text, with escape sequences where the declared terms allow them; a character that none of them has
  /// becomes a question mark.
  /// - Parameter vr: in PN, code extensions end at `^` and `=` too (PS3.5 §6.1.2.5.3).
  public func encode(_ text: String, vr: VR = .LO) -> [UInt8] { encodeNoting(text, vr: vr).bytes }

  /// The first character of a text that none of the declared terms has; nil where all can be encoded.
  public func firstMissing(in text: String, vr: VR = .LO) -> Unicode.Scalar? { encodeNoting(text, vr: vr).missing }

  /// Encodes text, and tells the first character that became a question mark.
  func encodeNoting(_ text: String, vr: VR) -> (bytes: [UInt8], missing: Unicode.Scalar?) {
    let utf8 = Array(text.utf8)
    if utf8.allSatisfy({ $0 < 0x80 }) { return (utf8, nil) }
    switch CharacterSetDeclaration(terms) {
    case .utf8: return (utf8, nil)
    case .whole(let name):
      let bytes = CodeConversion.encode(text, to: name)
      // The byte of a question mark is part of no other character in GB18030 and GBK.
      guard bytes.count(where: { $0 == 0x3F }) > utf8.count(where: { $0 == 0x3F }) else { return (bytes, nil) }
      let missing = text.unicodeScalars.first { $0.value >= 0x80 && CodeConversion.encode($0, to: name) == nil }
      return (bytes, missing)
    case .extensible(let g0, let g1, let others):
      var encoder = CodeExtensionEncoder(
        g0: g0, g1: g1, others: others, delimiters: vr == .PN ? .personName : .values)
      let bytes = encoder.encode(text)
      return (bytes, encoder.missing)
    }
  }

  /// Whether every term is one of the standard's or a misspelling that is understood.
  public var isKnown: Bool { terms.allSatisfy { $0.isEmpty || CharacterSetDeclaration.isKnown($0) } }

  /// What is wrong with the terms, for people; empty where they conform (PS3.3 §C.12.1.1.2).
  public var problems: [String] {
    var problems: [String] = []
    for (index, term) in terms.enumerated() where !(term.isEmpty && (index == 0 || terms.count == 1)) {
      if !CharacterSetDeclaration.isKnown(term) {
        problems.append("\"\(term)\" is no defined term")
      } else if !CharacterSetDeclaration.isDefinedTerm(term) {
        problems.append("\"\(term)\" is misspelt")
      } else if terms.count > 1, !term.hasPrefix("ISO 2022 ") {
        problems.append("\"\(term)\" allows no other terms beside it")
      }
    }
    return problems
  }

  static func trimmed(_ text: some StringProtocol, leading: Bool) -> String {
    var part = Substring(text).unicodeScalars
    while let last = part.last, last == " " || last == "\0" { part.removeLast() }
    if leading { while let first = part.first, first == " " { part.removeFirst() } }
    return String(Substring(part))
  }
}
