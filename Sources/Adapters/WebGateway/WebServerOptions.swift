// SPDX-License-Identifier: Apache-2.0

import Trust

/// How the web server is set up.
public struct WebServerOptions: Sendable {
  /// Where HTTP or HTTPS is served.
  public struct Listener: Sendable, Hashable {
    public var host: String
    /// 0 takes any free port.
    public var port: Int

    public init(host: String, port: Int) {
      self.host = host
      self.port = port
    }
  }

  /// Plain HTTP; only a loopback address is accepted. Nil serves none.
  public var http: Listener?
  /// HTTPS with HTTP/2. Nil serves none.
  public var https: Listener?
  /// Where the certificate and its key are kept, and made where they are missing.
  public var tlsFolder: String
  /// Names for a certificate that is made, besides those of this machine.
  public var certificateNames: [String]
  /// Where uploads are kept until they are taken in; empty is the system's folder for temporary files.
  public var uploadFolder: String
  /// The folder with `index.html` and what it loads. Nil serves no client.
  public var clientFolder: String?
  public var version: String
  public var sessions: Authenticator.SessionPolicy
  /// The cost of new passwords, and of one that is hashed only so that an unknown name takes as long as a known one.
  public var passwordCost: PasswordHash.Parameters
  /// Threads for what blocks: queries, reading, storing, decoding.
  public var threads: Int
  public var maximumConnections: Int
  /// Seconds without a byte after which a connection is closed.
  public var idleSeconds: Int
  /// Seconds that running requests get when the server stops.
  public var shutdownSeconds: Int
  /// Memory for images with several frames, whose frames are asked for one by one.
  public var imageCacheBytes: Int
  public var thumbnailCacheBytes: Int
  /// Memory for frames that were encoded for clients.
  public var frameCacheBytes: Int
  /// Origins whose pages may use DICOMweb and the API; `*` is all. Empty: none but our own.
  public var allowedOrigins: [String]
  /// Signs links that open studies; links of another key are not good.
  public var linkKey: ViewLinkKey

  public init(
    http: Listener? = Listener(host: "127.0.0.1", port: 8080), https: Listener? = nil, tlsFolder: String,
    certificateNames: [String] = [], uploadFolder: String = "", clientFolder: String? = nil, version: String,
    sessions: Authenticator.SessionPolicy = .init(), passwordCost: PasswordHash.Parameters = .standard,
    threads: Int = 12,
    maximumConnections: Int = 2000,
    idleSeconds: Int = 120, shutdownSeconds: Int = 6, imageCacheBytes: Int = 64 << 20,
    thumbnailCacheBytes: Int = 8 << 20, frameCacheBytes: Int = 128 << 20,
    allowedOrigins: [String] = [], linkKey: ViewLinkKey? = nil
  ) {
    self.http = http
    self.https = https
    self.tlsFolder = tlsFolder
    self.certificateNames = certificateNames
    self.uploadFolder = uploadFolder
    self.clientFolder = clientFolder
    self.version = version
    self.sessions = sessions
    self.passwordCost = passwordCost
    self.threads = threads
    self.maximumConnections = maximumConnections
    self.idleSeconds = idleSeconds
    self.shutdownSeconds = shutdownSeconds
    self.imageCacheBytes = imageCacheBytes
    self.thumbnailCacheBytes = thumbnailCacheBytes
    self.frameCacheBytes = frameCacheBytes
    self.allowedOrigins = allowedOrigins
    self.linkKey = linkKey ?? .random()
  }
}
