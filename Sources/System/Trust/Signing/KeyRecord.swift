// SPDX-License-Identifier: Apache-2.0

/// A public key as it is kept beside the data. Every key but the first is signed by the one before it: who knows the
/// name of the first knows that no other was slipped in.
public struct KeyRecord: Sendable, Hashable {
  private static let mark = "martlet-public-key 1"

  public var key: VerifyingKey
  /// Microseconds since 1970-01-01 UTC.
  public var madeAt: Int64
  /// Name of the key that signed this record; nil for the first.
  public var previous: String?
  public var previousSignature: [UInt8]

  /// The record of a key.
  /// - Parameter previous: the key that it follows, which signs.
  public init(_ key: VerifyingKey, madeAt: Int64, after previous: SigningKey?) throws {
    self.key = key
    self.madeAt = madeAt
    self.previous = previous?.verifyingKey.name
    previousSignature = []
    if let previous { previousSignature = try previous.sign(statement) }
  }

  /// Reads what `text` wrote; nil for anything else.
  public init?(text: String) {
    let fields = SignedText.fields(text)
    guard text.hasPrefix(Self.mark), fields["algorithm"] == VerifyingKey.algorithm,
      let key = fields["key"].flatMap({ Base64URL.decode($0) }).flatMap({ VerifyingKey(bytes: $0) }),
      let madeAt = fields["made"].flatMap({ Int64($0) })
    else { return nil }
    self.key = key
    self.madeAt = madeAt
    previous = fields["previous"]
    previousSignature = fields["previous-signature"].flatMap { Base64URL.decode($0) } ?? []
  }

  public var text: String {
    var text = String(decoding: statement, as: UTF8.self)
    if previous != nil { text += "previous-signature \(Base64URL.encode(previousSignature))\n" }
    return text
  }

  /// What the key before it signs.
  private var statement: [UInt8] {
    var text = """
      \(Self.mark)
      algorithm \(VerifyingKey.algorithm)
      key \(Base64URL.encode(key.bytes))
      made \(madeAt)

      """
    if let previous { text += "previous \(previous)\n" }
    return Array(text.utf8)
  }

  func isSigned(by other: VerifyingKey) -> Bool { other.isValid(previousSignature, for: statement) }
}

/// All public keys of an installation.
public struct KeyRing: Sendable {
  /// The oldest first.
  public let records: [KeyRecord]
  private let trusted: [String: VerifyingKey]

  public init(_ records: [KeyRecord]) {
    self.records = records.sorted { ($0.madeAt, $0.key.name) < ($1.madeAt, $1.key.name) }
    var trusted: [String: VerifyingKey] = [:]
    // One key may begin: the oldest that follows no other.
    if let first = self.records.first(where: { $0.previous == nil }) { trusted[first.key.name] = first.key }
    var isGrowing = true
    while isGrowing {
      isGrowing = false
      for record in self.records where trusted[record.key.name] == nil {
        guard let signer = record.previous.flatMap({ trusted[$0] }), record.isSigned(by: signer) else { continue }
        trusted[record.key.name] = record.key
        isGrowing = true
      }
    }
    self.trusted = trusted
  }

  /// Records of keys that nothing vouches for.
  public var strangers: [KeyRecord] { records.filter { trusted[$0.key.name] == nil } }

  public var isEmpty: Bool { trusted.isEmpty }

  /// Says what is wrong with a signature; nil where it is good.
  public func objection(to signature: [UInt8]?, of bytes: [UInt8]) -> String? {
    guard let signature else { return "there is no signature" }
    guard let detached = DetachedSignature(text: String(decoding: signature, as: UTF8.self)) else {
      return "the signature cannot be read"
    }
    guard let key = trusted[detached.keyName] else { return "the signature is by an unknown key, \(detached.keyName)" }
    return key.isValid(detached.signature, for: bytes) ? nil : "the signature does not fit: it was changed"
  }
}
