// SPDX-License-Identifier: Apache-2.0

import NIOCore
import NIOSSL

/// TLS for MLLP: PEM files. Empty paths are not used.
public struct MLLPSecurity: Sendable, Hashable {
  /// Our certificate chain and its key.
  public var certificateFile: String
  public var keyFile: String
  /// Certificates that the other side's must lead to; the system's where empty. A listener asks for a certificate only
  /// where this is set.
  public var trustFile: String

  public init(certificateFile: String = "", keyFile: String = "", trustFile: String = "") {
    self.certificateFile = certificateFile
    self.keyFile = keyFile
    self.trustFile = trustFile
  }

  /// A host that is an address cannot be checked by name.
  static func isAddress(_ host: String) -> Bool { (try? SocketAddress(ipAddress: host, port: 0)) != nil }

  func clientContext() throws -> NIOSSLContext {
    var configuration = TLSConfiguration.makeClientConfiguration()
    configuration.minimumTLSVersion = .tlsv12
    if !trustFile.isEmpty { configuration.trustRoots = .file(trustFile) }
    if !certificateFile.isEmpty {
      configuration.certificateChain = try NIOSSLCertificate.fromPEMFile(certificateFile).map { .certificate($0) }
      configuration.privateKey = .privateKey(try NIOSSLPrivateKey(file: keyFile, format: .pem))
    }
    return try NIOSSLContext(configuration: configuration)
  }

  func serverContext() throws -> NIOSSLContext {
    var configuration = TLSConfiguration.makeServerConfiguration(
      certificateChain: try NIOSSLCertificate.fromPEMFile(certificateFile).map { .certificate($0) },
      privateKey: .privateKey(try NIOSSLPrivateKey(file: keyFile, format: .pem)))
    configuration.minimumTLSVersion = .tlsv12
    if !trustFile.isEmpty {
      configuration.trustRoots = .file(trustFile)
      configuration.certificateVerification = .noHostnameVerification
    }
    return try NIOSSLContext(configuration: configuration)
  }
}
