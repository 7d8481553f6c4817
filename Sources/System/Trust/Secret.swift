// SPDX-License-Identifier: Apache-2.0

import Crypto

/// 256 random bits that somebody carries as text. The text leaves once, in a cookie, a link or a terminal; what is
/// kept is its digest.
public struct Secret: Sendable, Hashable {
  /// 43 characters of the URL-safe base 64 alphabet.
  public let text: String

  /// A new one.
  public static func random() -> Secret {
    var generator = SystemRandomNumberGenerator()
    return Secret(text: Base64URL.encode((0..<32).map { _ in generator.next() }))
  }

  private init(text: String) { self.text = text }

  /// A secret as it was presented; nil for what cannot be one.
  public init?(presented text: some StringProtocol) {
    guard text.utf8.count == 43, Base64URL.decode(text)?.count == 32 else { return nil }
    self.text = String(text)
  }

  /// SHA-256 of the text, in hexadecimal: the key under which it is kept.
  public var digest: String { Self.hexadecimal(SHA256.hash(data: Array(text.utf8))) }

  /// Another secret for one purpose that can be made from this one, but not the other way round.
  public func derived(for purpose: String) -> String {
    let key = SymmetricKey(data: Array(text.utf8))
    return Base64URL.encode(Array(HMAC<SHA256>.authenticationCode(for: Array(purpose.utf8), using: key)))
  }

  /// Compares in a time that does not tell how much of both is alike.
  public static func matches(_ left: some StringProtocol, _ right: some StringProtocol) -> Bool {
    constantTimeEqual(Array(left.utf8), Array(right.utf8))
  }

  static func constantTimeEqual(_ left: [UInt8], _ right: [UInt8]) -> Bool {
    guard left.count == right.count else { return false }
    var difference: UInt8 = 0
    for index in left.indices { difference |= left[index] ^ right[index] }
    return difference == 0
  }

  static func hexadecimal(_ digest: SHA256Digest) -> String {
    let digits = Array("0123456789abcdef".utf8)
    return String(decoding: digest.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
  }
}
