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
  /// spaces and NULs, leading spaces too where they are not significant (PS3.5 §6.2).
  public func decodeValues(_ bytes: ByteSlice, vr: VR) -> [String] {
    let text = decode(bytes)
    guard vr.isMultiValued || vr == .UN else { return [Self.trimmed(text, leading: false)] }
    return text.split(separator: "\\", omittingEmptySubsequences: false).map {
      Self.trimmed($0, leading: vr != .UC)
    }
  }

  /// Decodes all bytes; what cannot be decoded becomes U+FFFD.
  public func decode(_ bytes: ByteSlice) -> String {
    bytes.withUnsafeBytes { String(decoding: $0, as: UTF8.self) }
  }

  /// Encodes text; what the set cannot express becomes a question mark.
  public func encode(_ text: String) -> [UInt8] { Array(text.utf8) }

  static func trimmed(_ text: some StringProtocol, leading: Bool) -> String {
    var part = Substring(text).unicodeScalars
    while let last = part.last, last == " " || last == "\0" { part.removeLast() }
    if leading { while let first = part.first, first == " " { part.removeFirst() } }
    return String(Substring(part))
  }
}
