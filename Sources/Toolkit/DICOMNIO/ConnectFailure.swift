// SPDX-License-Identifier: Apache-2.0

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif
import NIOCore
import NIOPosix

/// Says in a few words why NIO could not connect.
enum ConnectFailure {
  static func text(_ error: any Error) -> String {
    switch error {
    case let error as NIOConnectionError:
      if let attempt = error.connectionErrors.first { return text(attempt.error) }
      return error.dnsAError == nil && error.dnsAAAAError == nil ? "no address" : "unknown host"
    case let error as IOError: return String(cString: strerror(error.errnoCode))
    case let error as ChannelError:
      if case .connectTimeout = error { return "no answer in time" }
      return "\(error)"
    default: return "\(error)"
    }
  }
}
