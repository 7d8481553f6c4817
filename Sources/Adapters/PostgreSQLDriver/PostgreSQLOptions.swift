// SPDX-License-Identifier: Apache-2.0

/// How a server is reached, and how long is waited for it.
public struct PostgreSQLOptions: Sendable {
  /// `postgresql://user@host:port/name`, or the `key=value` form; what is missing comes from the environment of libpq.
  public var url: String
  /// Kept out of the address, so that the address may be shown.
  public var password: String?
  /// Connections that read at the same time; there is one more that writes, and one for each listener.
  public var readers = 8
  /// Seconds for a connection to come about.
  public var connectTimeout = 10
  /// Seconds that a writer waits for the writers of other programs, or a reader for a connection.
  public var busyTimeout: Double = 15
  /// Seconds after which the server gives up a statement that only reads; 0 is never.
  public var readTimeout: Double = 120

  public init(url: String, password: String? = nil) {
    self.url = url
    self.password = password
  }
}
