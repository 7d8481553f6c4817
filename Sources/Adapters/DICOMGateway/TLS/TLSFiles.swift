// SPDX-License-Identifier: Apache-2.0

/// The PEM files of one side of TLS.
public struct TLSFiles: Sendable, Hashable {
  /// Our certificate, with those that lead to its authority behind it; none where empty.
  public var certificate: String
  /// Its key; in the file of the certificate where empty.
  public var key: String
  /// The authorities that peers' certificates must come from; the system's where empty, and for a listener: no
  /// certificate is asked for.
  public var authorities: String
  /// The name or address of a node that is called must stand in its certificate.
  public var checksNames: Bool

  public init(certificate: String = "", key: String = "", authorities: String = "", checksNames: Bool = true) {
    self.certificate = certificate
    self.key = key
    self.authorities = authorities
    self.checksNames = checksNames
  }
}

/// The TLS listener beside the plain one (PS3.15 §B).
public struct TLSListenerOptions: Sendable {
  public var host: String
  /// 0 takes a free one.
  public var port: Int
  public var files: TLSFiles

  public init(host: String, port: Int, files: TLSFiles) {
    self.files = files
    self.host = host
    self.port = port
  }
}
