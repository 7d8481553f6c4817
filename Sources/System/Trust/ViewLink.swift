// SPDX-License-Identifier: Apache-2.0

import Crypto

/// A link that opens some studies for whoever has it, until it expires: what a system that knows its user hands to a
/// browser (IHE IID). Nothing is kept of it; who changes a character of it breaks its signature.
public struct ViewLink: Sendable, Hashable {
  /// Study Instance UIDs.
  public var studies: [String]
  /// Seconds since 1970-01-01 UTC.
  public var expiresAt: Int64
  /// Who made it, for the audit trail.
  public var issuer: String

  /// Studies of one link.
  public static let maximumStudies = 50
  /// The longest life of a link, in seconds.
  public static let maximumLifetime: Int64 = 31 * 86_400

  public init(studies: [String], expiresAt: Int64, issuer: String) {
    self.studies = studies
    self.expiresAt = expiresAt
    self.issuer = issuer
  }

  /// The link as text that can stand in a query or a cookie.
  public func signed(by key: ViewLinkKey) -> String {
    let text = text
    return Base64URL.encode(Array(text.utf8)) + "." + key.signature(of: text)
  }

  /// Nil where the signature is not ours, or the link has expired.
  /// - Parameter now: seconds since 1970-01-01 UTC.
  public init?(signed text: some StringProtocol, key: ViewLinkKey, now: Int64) {
    let parts = text.split(separator: ".", omittingEmptySubsequences: false)
    guard parts.count == 2, parts[0].utf8.count <= 8192, let bytes = Base64URL.decode(parts[0]) else { return nil }
    let content = String(decoding: bytes, as: UTF8.self)
    guard Secret.matches(key.signature(of: content), parts[1]) else { return nil }
    let fields = content.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    guard fields.count == 4, fields[0] == Self.version, let expiry = Int64(fields[1]), expiry > now else { return nil }
    self.init(studies: fields[2].split(separator: ",").map(String.init), expiresAt: expiry, issuer: fields[3])
  }

  private static let version = "view1"

  private var text: String {
    [Self.version, String(expiresAt), studies.joined(separator: ","), issuer.filter { $0 != "\n" }]
      .joined(separator: "\n")
  }
}

/// The key by which this installation signs links.
public struct ViewLinkKey: Sendable {
  /// Bytes of a key.
  public static let length = 32

  private let key: SymmetricKey

  /// - Parameter bytes: `length` random bytes that stay the same as long as links are to be good.
  public init?(_ bytes: [UInt8]) {
    guard bytes.count == Self.length else { return nil }
    key = SymmetricKey(data: bytes)
  }

  private init(_ key: SymmetricKey) { self.key = key }

  /// A key that nobody else has.
  public static func random() -> ViewLinkKey { ViewLinkKey(SymmetricKey(data: randomBytes())) }

  /// The bytes of a new key.
  public static func randomBytes() -> [UInt8] {
    var generator = SystemRandomNumberGenerator()
    return (0..<length).map { _ in generator.next() }
  }

  /// HMAC-SHA-256, in the URL-safe base 64 alphabet.
  public func signature(of text: String) -> String {
    Base64URL.encode(Array(HMAC<SHA256>.authenticationCode(for: Array(text.utf8), using: key)))
  }
}
