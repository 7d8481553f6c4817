// SPDX-License-Identifier: Apache-2.0

import Crypto
import CryptoExtras
import Foundation
import Trust

/// Checks JSON Web Tokens (RFC 7519) that somebody else signed: by HMAC SHA-256, RSA or ECDSA P-256 with SHA-256,
/// whichever the key is for. What a token says of its own algorithm must agree.
struct JSONWebTokenVerifier: Sendable {
  private enum Key: Sendable {
    case secret(SymmetricKey)
    case rsa(_RSA.Signing.PublicKey)
    case p256(P256.Signing.PublicKey)
  }

  private struct Header: Decodable {
    var alg: String
  }

  private struct Claims: Decodable {
    var sub: String
    var exp: Double
    var nbf: Double?
  }

  /// The longest token that is looked at, in bytes.
  static let maximumLength = 16 * 1024
  /// How far clocks may differ, in seconds.
  static let leeway = 60.0

  private let key: Key

  /// - Parameter key: a public key as PEM, else the bytes of a secret.
  init(key bytes: [UInt8]) throws(TrustError) {
    let text = String(decoding: bytes, as: UTF8.self)
    if !text.contains("-----BEGIN") {
      guard bytes.count >= 16 else { throw TrustError(.weakPassword, "A secret for tokens has 16 bytes at least.") }
      key = .secret(SymmetricKey(data: bytes))
    } else if let known = try? _RSA.Signing.PublicKey(pemRepresentation: text) {
      key = .rsa(known)
    } else if let known = try? P256.Signing.PublicKey(pemRepresentation: text) {
      key = .p256(known)
    } else {
      throw TrustError(.malformedHash, "The key for tokens is neither of RSA nor of P-256.")
    }
  }

  /// The account that a token is for; nil where it is not valid now.
  /// - Parameter now: seconds since 1970-01-01 UTC.
  func subject(of token: String, now: Double) -> String? {
    guard token.utf8.count <= Self.maximumLength else { return nil }
    let parts = token.split(separator: ".", omittingEmptySubsequences: false)
    guard parts.count == 3, let header = Base64URL.decode(parts[0]), let claims = Base64URL.decode(parts[1]),
      let signature = Base64URL.decode(parts[2])
    else { return nil }
    let signed = Array(parts[0].utf8) + [0x2E] + Array(parts[1].utf8)
    guard let named = try? JSONDecoder().decode(Header.self, from: Data(header)),
      isSigned(signed, signature, algorithm: named.alg),
      let said = try? JSONDecoder().decode(Claims.self, from: Data(claims))
    else { return nil }
    guard said.exp > now - Self.leeway, said.nbf.map({ $0 < now + Self.leeway }) ?? true else { return nil }
    return said.sub.isEmpty ? nil : said.sub
  }

  private func isSigned(_ text: [UInt8], _ signature: [UInt8], algorithm: String) -> Bool {
    switch key {
    case .secret(let secret):
      return algorithm == "HS256"
        && HMAC<SHA256>.isValidAuthenticationCode(signature, authenticating: text, using: secret)
    case .rsa(let key):
      guard algorithm == "RS256" else { return false }
      return key.isValidSignature(
        _RSA.Signing.RSASignature(rawRepresentation: signature), for: SHA256.hash(data: text),
        padding: .insecurePKCS1v1_5)
    case .p256(let key):
      guard algorithm == "ES256", let known = try? P256.Signing.ECDSASignature(rawRepresentation: signature) else {
        return false
      }
      return key.isValidSignature(known, for: SHA256.hash(data: text))
    }
  }
}
