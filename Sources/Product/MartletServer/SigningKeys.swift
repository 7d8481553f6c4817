// SPDX-License-Identifier: Apache-2.0

import Foundation
import Trust

/// The keys of a data folder as files: public ones in its folder `keys`, the private one elsewhere
/// (`signingKeyFile`), so that who can change the data cannot sign the change.
public struct SigningKeys: Sendable {
  static let folderName = "keys"
  /// More would be no rotation but a mistake.
  static let maximumKeys = 1000

  private let folder: String
  /// Where the private key is.
  public let privatePath: String

  public init(_ data: DataFolder, _ settings: Settings) throws {
    folder = data.file(Self.folderName)
    privatePath = settings.signingKeyFile.isEmpty ? data.path + ".key" : settings.signingKeyFile
    let path = URL(fileURLWithPath: privatePath).standardizedFileURL.path
    guard !path.hasPrefix(data.path + "/") else {
      throw SettingsError(key: "signingKeyFile", reason: "the private key must not be kept inside of the data folder")
    }
  }

  /// The public keys.
  public func ring() -> KeyRing {
    let names = ((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []).filter { $0.hasSuffix(".pub") }
    let records = names.sorted().prefix(Self.maximumKeys).compactMap { name in
      (try? String(contentsOfFile: folder + "/" + name, encoding: .utf8)).flatMap { KeyRecord(text: $0) }
    }
    return KeyRing(records)
  }

  /// The private key; nil where there is none.
  public func privateKey() throws -> SigningKey? {
    guard FileManager.default.fileExists(atPath: privatePath) else { return nil }
    guard let text = try? String(contentsOfFile: privatePath, encoding: .utf8), let key = SigningKey(text: text) else {
      throw SettingsError(key: "signingKeyFile", reason: "\(privatePath) cannot be read, or is no key")
    }
    return key
  }

  /// The private key, made where there is none. A private key whose public half is not known is recorded.
  public func makeIfMissing(now: Int64) throws -> SigningKey {
    if let key = try privateKey() {
      if !ring().records.contains(where: { $0.key == key.verifyingKey }) {
        guard ring().isEmpty else {
          throw SettingsError(
            key: "signingKeyFile", reason: "\(privatePath) is not the key of this data folder, whose public keys differ"
          )
        }
        try record(KeyRecord(key.verifyingKey, madeAt: now, after: nil))
      }
      return key
    }
    guard ring().isEmpty else {
      throw SettingsError(
        key: "signingKeyFile",
        reason: "\(privatePath) is missing, and this data folder has public keys: bring it back; "
          + "what it signed stays readable, but nothing new can be signed")
    }
    let key = SigningKey()
    try record(KeyRecord(key.verifyingKey, madeAt: now, after: nil))
    try write(key)
    return key
  }

  /// Signs from now on with another key, which the present one vouches for.
  public func rotate(now: Int64) throws -> KeyRecord {
    guard let current = try privateKey() else {
      throw SettingsError(key: "signingKeyFile", reason: "there is no key yet; the server makes one at its first start")
    }
    let next = SigningKey()
    let record = try KeyRecord(next.verifyingKey, madeAt: now, after: current)
    // In this order: what a crash leaves is a public key that signs nothing.
    try self.record(record)
    try write(next)
    return record
  }

  /// Signs bytes by the key that is current now.
  func sign(_ bytes: [UInt8]) throws -> [UInt8] {
    guard let key = try privateKey() else {
      throw SettingsError(key: "signingKeyFile", reason: "\(privatePath) is missing")
    }
    return Array(try DetachedSignature(of: bytes, by: key).text.utf8)
  }

  private func record(_ record: KeyRecord) throws {
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    try Self.write(record.text, to: "\(folder)/\(record.key.name).pub", mode: 0o644)
  }

  private func write(_ key: SigningKey) throws { try Self.write(key.text, to: privatePath, mode: 0o600) }

  /// A file under this name is whole and durable at all times.
  private static func write(_ text: String, to path: String, mode: mode_t) throws {
    let partial = path + ".part"
    unlink(partial)
    let file = open(partial, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode)
    guard file >= 0 else {
      throw SettingsError(
        key: "signingKeyFile", reason: "\(path) cannot be written: \(String(cString: strerror(errno)))")
    }
    defer { close(file) }
    let bytes = Array(text.utf8)
    let written = bytes.withUnsafeBytes { Foundation.write(file, $0.baseAddress, $0.count) }
    guard written == bytes.count, fsync(file) == 0, rename(partial, path) == 0 else {
      throw SettingsError(
        key: "signingKeyFile", reason: "\(path) cannot be written: \(String(cString: strerror(errno)))")
    }
    let parent = open((path as NSString).deletingLastPathComponent, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    if parent >= 0 {
      fsync(parent)
      close(parent)
    }
  }
}
