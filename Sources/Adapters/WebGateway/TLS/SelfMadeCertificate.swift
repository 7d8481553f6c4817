// SPDX-License-Identifier: Apache-2.0

import Crypto
import SwiftASN1
import X509

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif
#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// The certificate that a server makes for itself on its first start, kept as `certificate.pem` and `key.pem`. Who
/// puts files of a real authority there keeps them.
struct SelfMadeCertificate {
  /// Days that a new one is good for; browsers refuse more than 825 (CA/Browser Forum).
  static let days = 820.0
  static let renewalDays = 30.0
  static let commonName = "Martlet (self-made)"

  let certificatePEM: String
  let keyPEM: String

  /// Reads the files, or makes them where there are none, or where one of our own runs out.
  init(folder: String, names: [String], now: Date = Date()) throws {
    try FileManager.default.createDirectory(
      atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    let certificatePath = folder + "/certificate.pem"
    let keyPath = folder + "/key.pem"
    if let certificate = try? String(contentsOfFile: certificatePath, encoding: .utf8),
      let key = try? String(contentsOfFile: keyPath, encoding: .utf8), !Self.runsOut(certificate, now: now)
    {
      certificatePEM = certificate
      keyPEM = key
      return
    }
    let key = P256.Signing.PrivateKey()
    keyPEM = key.pemRepresentation + "\n"
    certificatePEM = try Self.make(key, names: names, now: now)
    try Self.save(keyPEM, to: keyPath, mode: 0o600)
    try Self.save(certificatePEM, to: certificatePath, mode: 0o644)
  }

  /// One of our own that ends soon. Those of others are theirs to renew.
  static func runsOut(_ pem: String, now: Date) -> Bool {
    guard let certificate = try? Certificate(pemEncoded: pem) else { return false }
    guard certificate.subject == certificate.issuer, certificate.subject.description.contains(commonName) else {
      return false
    }
    return certificate.notValidAfter < now.addingTimeInterval(renewalDays * 86400)
  }

  /// No Key Usage: with one, a client could not take the certificate itself as its trust anchor (RFC 5280 §4.2.1.3).
  private static func make(_ key: P256.Signing.PrivateKey, names: [String], now: Date) throws -> String {
    let subject = try DistinguishedName {
      CommonName(commonName)
    }
    let privateKey = Certificate.PrivateKey(key)
    let certificate = try Certificate(
      version: .v3, serialNumber: .init(), publicKey: privateKey.publicKey,
      notValidBefore: now.addingTimeInterval(-86400), notValidAfter: now.addingTimeInterval(days * 86400),
      issuer: subject, subject: subject, signatureAlgorithm: .ecdsaWithSHA256,
      extensions: try Certificate.Extensions {
        Critical(BasicConstraints.notCertificateAuthority)
        try ExtendedKeyUsage([.serverAuth])
        SubjectAlternativeNames(alternativeNames(names))
      },
      issuerPrivateKey: privateKey)
    return try certificate.serializeAsPEM().pemString + "\n"
  }

  /// The machine's name and addresses that always lead to it, then the names given.
  static func alternativeNames(_ names: [String]) -> [GeneralName] {
    var all = ["localhost", "127.0.0.1", "::1"]
    var buffer = [CChar](repeating: 0, count: 256)
    if gethostname(&buffer, buffer.count - 1) == 0 {
      all.append(String(decoding: buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self))
    }
    for name in names where !all.contains(name) { all.append(name) }
    return all.filter { !$0.isEmpty && $0 != "0.0.0.0" && $0 != "::" }.map { name in
      address(name).map { .ipAddress(ASN1OctetString(contentBytes: $0[...])) } ?? .dnsName(name)
    }
  }

  /// The bytes of an IP address; nil for a name.
  static func address(_ text: String) -> [UInt8]? {
    for (family, size) in [(AF_INET, 4), (AF_INET6, 16)] {
      var bytes = [UInt8](repeating: 0, count: size)
      if inet_pton(family, text, &bytes) == 1 { return bytes }
    }
    return nil
  }

  /// Writes beside, then renames, so that a key is never readable by others nor half there.
  private static func save(_ text: String, to path: String, mode: mode_t) throws {
    let temporary = path + ".new"
    unlink(temporary)
    let file = open(temporary, O_WRONLY | O_CREAT | O_EXCL, mode)
    guard file >= 0 else { throw CocoaError(.fileWriteNoPermission) }
    let bytes = Array(text.utf8)
    let isWritten = write(file, bytes, bytes.count) == bytes.count
    let isFlushed = fsync(file) == 0
    close(file)
    guard isWritten, isFlushed, rename(temporary, path) == 0 else { throw CocoaError(.fileWriteUnknown) }
  }
}
