// SPDX-License-Identifier: Apache-2.0

/// A signature that stands beside what it is for, and says by which key it was made.
public struct DetachedSignature: Sendable, Hashable {
  private static let mark = "martlet-signature 1"

  public var keyName: String
  public var signature: [UInt8]

  public init(keyName: String, signature: [UInt8]) {
    self.keyName = keyName
    self.signature = signature
  }

  /// Signs bytes.
  public init(of bytes: [UInt8], by key: SigningKey) throws {
    self.init(keyName: key.verifyingKey.name, signature: try key.sign(bytes))
  }

  /// Reads what `text` wrote; nil for anything else.
  public init?(text: String) {
    let fields = SignedText.fields(text)
    guard text.hasPrefix(Self.mark), fields["algorithm"] == VerifyingKey.algorithm, let name = fields["key"],
      let bytes = fields["signature"].flatMap({ Base64URL.decode($0) })
    else { return nil }
    self.init(keyName: name, signature: bytes)
  }

  public var text: String {
    """
    \(Self.mark)
    algorithm \(VerifyingKey.algorithm)
    key \(keyName)
    signature \(Base64URL.encode(signature))

    """
  }
}
