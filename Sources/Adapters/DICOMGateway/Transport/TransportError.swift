// SPDX-License-Identifier: Apache-2.0

import Foundation

/// Why bytes did not go through a connection.
public struct TransportError: Error, CustomStringConvertible, Equatable {
  public enum Code: Sendable, Equatable {
    /// The peer closed the connection.
    case closed
    /// Nothing came, or could be sent, for as long as is waited.
    case timedOut
    /// The peer's name has no address.
    case unknownHost
    /// TLS could not be negotiated.
    case tls(String)
    /// The operating system refused.
    case system(Int32)
  }

  public let code: Code
  /// What was tried.
  public let act: String

  public init(_ code: Code, _ act: String) {
    self.code = code
    self.act = act
  }

  /// The failure that `errno` names.
  static func current(_ act: String) -> TransportError {
    switch errno {
    case EAGAIN, ETIMEDOUT: TransportError(.timedOut, act)
    case EPIPE, ECONNRESET: TransportError(.closed, act)
    default: TransportError(.system(errno), act)
    }
  }

  public var description: String {
    switch code {
    case .closed: "\(act): the peer closed the connection"
    case .timedOut: "\(act): timed out"
    case .unknownHost: "\(act): unknown host"
    case .tls(let reason): "\(act): \(reason)"
    case .system(let number): "\(act): \(String(cString: strerror(number)))"
    }
  }
}
