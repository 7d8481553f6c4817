// SPDX-License-Identifier: Apache-2.0

import Crypto

/// An Ed25519 key that signs (RFC 8032). Whoever has it can make a change look as if the archive had made it, so it is
/// kept apart from what it signs.
public struct SigningKey: Sendable {
  private static let mark = "martlet-private-key 1"

  private let key: Curve25519.Signing.PrivateKey

  /// A new one.
  public init() { key = Curve25519.Signing.PrivateKey() }

  /// Reads what `text` wrote; nil for anything else.
  public init?(text: String) {
    let fields = SignedText.fields(text)
    guard text.hasPrefix(Self.mark), fields["algorithm"] == VerifyingKey.algorithm,
      let bytes = fields["key"].flatMap({ Base64URL.decode($0) }),
      let key = try? Curve25519.Signing.PrivateKey(rawRepresentation: bytes)
    else { return nil }
    self.key = key
  }

  /// The key as it is kept in a file.
  public var text: String {
    """
    \(Self.mark)
    algorithm \(VerifyingKey.algorithm)
    key \(Base64URL.encode(Array(key.rawRepresentation)))

    """
  }

  public var verifyingKey: VerifyingKey { VerifyingKey(key.publicKey) }

  /// 64 bytes.
  public func sign(_ bytes: [UInt8]) throws -> [UInt8] { Array(try key.signature(for: bytes)) }
}

/// The public half of a `SigningKey`.
public struct VerifyingKey: Sendable, Hashable {
  static let algorithm = "Ed25519"

  /// 32 bytes.
  public let bytes: [UInt8]

  init(_ key: Curve25519.Signing.PublicKey) { bytes = Array(key.rawRepresentation) }

  public init?(bytes: [UInt8]) {
    guard (try? Curve25519.Signing.PublicKey(rawRepresentation: bytes)) != nil else { return nil }
    self.bytes = bytes
  }

  /// The first 16 hexadecimal digits of its SHA-256: what it is called.
  public var name: String { String(Secret.hexadecimal(SHA256.hash(data: bytes)).prefix(16)) }

  public func isValid(_ signature: [UInt8], for bytes: [UInt8]) -> Bool {
    guard let key = try? Curve25519.Signing.PublicKey(rawRepresentation: self.bytes) else { return false }
    return key.isValidSignature(signature, for: bytes)
  }
}

/// Lines of a name and a value, as keys and signatures are written.
enum SignedText {
  /// More than any of ours has.
  private static let limit = 4096

  static func fields(_ text: String) -> [String: String] {
    guard text.utf8.count <= limit else { return [:] }
    var fields: [String: String] = [:]
    for line in text.split(separator: "\n") {
      guard let space = line.firstIndex(of: " ") else { continue }
      fields[String(line[..<space])] = String(line[line.index(after: space)...])
    }
    return fields
  }
}
