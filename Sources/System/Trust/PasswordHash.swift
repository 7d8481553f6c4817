// SPDX-License-Identifier: Apache-2.0

import Crypto
import CryptoExtras

/// A password hashed by scrypt (RFC 7914), written as `$scrypt$ln=15,r=8,p=3$<salt>$<key>`. Making or verifying one
/// takes a noticeable fraction of a second and 32 MiB; the caller bounds how many run at once.
public struct PasswordHash: Sendable, Hashable {
  /// The cost: 2 to the power of `logRounds` times `blockSize` times 128 bytes of memory, `parallelism` times over.
  public struct Parameters: Sendable, Hashable {
    public var logRounds: Int
    public var blockSize: Int
    public var parallelism: Int

    public init(logRounds: Int, blockSize: Int, parallelism: Int) {
      self.logRounds = logRounds
      self.blockSize = blockSize
      self.parallelism = parallelism
    }

    /// What new hashes are made with.
    public static let standard = Parameters(logRounds: 15, blockSize: 8, parallelism: 3)

    /// Bounds of what is computed, so that a hash that somebody wrote into the store cannot take the machine.
    var isReasonable: Bool {
      (1...17).contains(logRounds) && (1...16).contains(blockSize) && (1...8).contains(parallelism)
    }
  }

  static let saltSize = 16
  static let keySize = 32

  public let parameters: Parameters
  private let salt: [UInt8]
  private let key: [UInt8]

  /// Hashes a password with a new random salt.
  public init(password: String, parameters: Parameters = .standard) throws {
    var generator = SystemRandomNumberGenerator()
    let salt = (0..<Self.saltSize).map { _ in generator.next() as UInt8 }
    self.parameters = parameters
    self.salt = salt
    key = try Self.derive(password, salt: salt, parameters: parameters)
  }

  /// Reads the text form.
  public init(text: String) throws(TrustError) {
    let parts = text.split(separator: "$", omittingEmptySubsequences: false)
    guard parts.count == 5, parts[0].isEmpty, parts[1] == "scrypt",
      let parameters = Self.parameters(parts[2]), parameters.isReasonable,
      let salt = Base64URL.decode(parts[3]), salt.count >= 8, salt.count <= 64,
      let key = Base64URL.decode(parts[4]), key.count == Self.keySize
    else { throw TrustError(.malformedHash, "The password hash of the account cannot be read.") }
    self.parameters = parameters
    self.salt = salt
    self.key = key
  }

  public var text: String {
    "$scrypt$ln=\(parameters.logRounds),r=\(parameters.blockSize),p=\(parameters.parallelism)"
      + "$\(Base64URL.encode(salt))$\(Base64URL.encode(key))"
  }

  /// Whether this is the password, in a time that does not depend on the answer.
  public func verify(_ password: String) throws -> Bool {
    Secret.constantTimeEqual(try Self.derive(password, salt: salt, parameters: parameters), key)
  }

  private static func derive(_ password: String, salt: [UInt8], parameters: Parameters) throws -> [UInt8] {
    let key = try KDF.Scrypt.deriveKey(
      from: Array(password.utf8), salt: salt, outputByteCount: keySize, rounds: 1 << parameters.logRounds,
      blockSize: parameters.blockSize, parallelism: parameters.parallelism)
    return key.withUnsafeBytes { Array($0) }
  }

  private static func parameters(_ text: Substring) -> Parameters? {
    let values = text.split(separator: ",").map { $0.split(separator: "=", omittingEmptySubsequences: false) }
    guard values.count == 3, values.allSatisfy({ $0.count == 2 }), values.map({ $0[0] }) == ["ln", "r", "p"],
      let logRounds = Int(values[0][1]), let blockSize = Int(values[1][1]), let parallelism = Int(values[2][1])
    else { return nil }
    return Parameters(logRounds: logRounds, blockSize: blockSize, parallelism: parallelism)
  }
}
