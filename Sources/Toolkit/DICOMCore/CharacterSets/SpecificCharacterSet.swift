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
    let text = decode(bytes, vr: vr)
    guard vr.isMultiValued || vr == .UN else { return [Self.trimmed(text, leading: false)] }
    return text.split(separator: "\\", omittingEmptySubsequences: false).map {
      Self.trimmed($0, leading: vr != .UC)
    }
  }

  /// Decodes all bytes; what cannot be decoded becomes U+FFFD.
  ///
  /// Without a declared repertoire, or with an unknown one, bytes above 7FH are taken as UTF-8 where they are valid as
  /// such.
  /// - Parameter vr: in PN, `^` and `=` end code extensions as `\` does (PS3.5 §6.1.2.5.3).
  public func decode(_ bytes: ByteSlice, vr: VR = .LO) -> String {
    bytes.withUnsafeBytes { buffer in
      var plain: UInt8 = 0
      for byte in buffer { plain |= byte == 0x1B ? 0x80 : byte }
      if plain < 0x80 { return String(decoding: buffer, as: UTF8.self) }
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
  public func encode(_ text: String) -> [UInt8] {
    let utf8 = Array(text.utf8)
    if utf8.allSatisfy({ $0 < 0x80 }) { return utf8 }
    switch CharacterSetDeclaration(terms) {
    case .utf8: return utf8
    case .whole(let name): return CodeConversion.encode(text, to: name)
    case .extensible(let g0, let g1, let others):
      var encoder = CodeExtensionEncoder(g0: g0, g1: g1, others: others)
      return encoder.encode(text)
    }
  }

  /// Whether every defined term is one of the standard's.
  public var isKnown: Bool { terms.allSatisfy { $0.isEmpty || CharacterSetDeclaration.isKnown($0) } }

  static func trimmed(_ text: some StringProtocol, leading: Bool) -> String {
    var part = Substring(text).unicodeScalars
    while let last = part.last, last == " " || last == "\0" { part.removeLast() }
    if leading { while let first = part.first, first == " " { part.removeFirst() } }
    return String(Substring(part))
  }
}
