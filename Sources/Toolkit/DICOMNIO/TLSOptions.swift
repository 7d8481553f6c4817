// SPDX-License-Identifier: Apache-2.0

import NIOCore
import NIOPosix
import NIOSSL
import Synchronization

/// How an association is encrypted (PS3.15 §B; BCP 195): TLS 1.2 or 1.3 with the cipher suites of RFC 9325 §4.2.
public struct TLSOptions: Sendable, Hashable {
  /// How far the certificate of the peer is looked at.
  public enum Verification: String, Sendable, CaseIterable {
    /// The peer's certificate must come from the authorities and have its name or address.
    case full
    /// It must come from the authorities.
    case authority
    /// It is not looked at: encrypted, but to whom is not known.
    case none
  }

  /// PEM file of our certificate, with those that lead to its authority behind it; nil for none.
  public var certificate: String?
  /// PEM file of its key; nil where it stands in that of the certificate.
  public var key: String?
  /// PEM file of the authorities; nil for those of the system.
  public var authorities: String?
  public var verification: Verification

  public init(
    certificate: String? = nil, key: String? = nil, authorities: String? = nil, verification: Verification = .full
  ) {
    self.certificate = certificate
    self.key = key
    self.authorities = authorities
    self.verification = verification
  }

  static let cipherSuites = """
    ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-RSA-AES128-GCM-SHA256:ECDHE-ECDSA-AES256-GCM-SHA384:\
    ECDHE-RSA-AES256-GCM-SHA384:ECDHE-ECDSA-CHACHA20-POLY1305:ECDHE-RSA-CHACHA20-POLY1305
    """

  /// What a requestor encrypts by.
  func requestorContext() throws(AssociationError) -> NIOSSLContext {
    do {
      var configuration = TLSConfiguration.makeClientConfiguration()
      configuration.minimumTLSVersion = .tlsv12
      configuration.cipherSuites = Self.cipherSuites
      configuration.trustRoots = authorities.map { .file($0) } ?? .default
      configuration.certificateVerification =
        switch verification {
        case .full: .fullVerification
        case .authority: .noHostnameVerification
        case .none: .none
        }
      if let certificate {
        configuration.certificateChain = try NIOSSLCertificate.fromPEMFile(certificate).map { .certificate($0) }
        configuration.privateKey = .privateKey(try NIOSSLPrivateKey(file: key ?? certificate, format: .pem))
      }
      return try NIOSSLContext(configuration: configuration)
    } catch {
      throw AssociationError(.connectFailed, "certificates for TLS cannot be used: \(error)")
    }
  }

  /// Handlers that encrypt, and a future that says when it was negotiated.
  static func secure(
    _ channel: any Channel, _ context: NIOSSLContext, host: String, _ result: HandshakeResult
  ) throws {
    let isAddress = (try? SocketAddress(ipAddress: host, port: 0)) != nil
    let promise = channel.eventLoop.makePromise(of: Void.self)
    result.future.withLock { $0 = promise.futureResult }
    try channel.pipeline.syncOperations.addHandlers([
      try NIOSSLClientHandler(context: context, serverHostname: isAddress ? nil : host), HandshakeHandler(promise),
    ])
  }
}
