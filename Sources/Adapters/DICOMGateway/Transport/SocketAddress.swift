// SPDX-License-Identifier: Apache-2.0

import Foundation

/// A numeric address and a port.
struct SocketAddress {
  let host: String
  let port: Int

  var isLoopback: Bool {
    host.hasPrefix("127.") || host == "::1" || host.hasPrefix("::ffff:127.")
  }

  static func peer(of descriptor: Int32) -> SocketAddress? { read { getpeername(descriptor, $0, $1) == 0 } }
  static func local(of descriptor: Int32) -> SocketAddress? { read { getsockname(descriptor, $0, $1) == 0 } }

  /// The numeric addresses of a host.
  static func addresses(of host: String) -> [String] {
    var found: [String] = []
    _ = resolve(host: host, port: 0, isPassive: false) { entry -> Bool? in
      if let text = numeric(entry.pointee.ai_addr, entry.pointee.ai_addrlen)?.host { found.append(text) }
      return nil
    }
    return found
  }

  /// The address that a call fills in, unless it says that it failed.
  static func read(
    _ fill: (UnsafeMutablePointer<sockaddr>, UnsafeMutablePointer<socklen_t>) -> Bool
  ) -> SocketAddress? {
    var storage = sockaddr_storage()
    var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
    return withUnsafeMutablePointer(to: &storage) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
        guard fill(address, &length) else { return nil }
        return numeric(address, length)
      }
    }
  }

  private static func numeric(_ address: UnsafePointer<sockaddr>, _ length: socklen_t) -> SocketAddress? {
    let hostRoom = Int(NI_MAXHOST)
    let portRoom = Int(NI_MAXSERV)
    return withUnsafeTemporaryAllocation(of: CChar.self, capacity: hostRoom + portRoom) { text in
      guard let host = text.baseAddress,
        getnameinfo(
          address, length, host, socklen_t(hostRoom), host + hostRoom, socklen_t(portRoom),
          Int32(NI_NUMERICHOST | NI_NUMERICSERV)) == 0
      else { return nil }
      return SocketAddress(host: String(cString: host), port: Int(atoi(host + hostRoom)))
    }
  }

  /// The addresses of a host, in the order in which the system prefers them.
  static func resolve<Result>(
    host: String, port: Int, isPassive: Bool, _ body: (UnsafeMutablePointer<addrinfo>) -> Result?
  ) -> Result? {
    var hints = addrinfo()
    #if canImport(Darwin)
      hints.ai_socktype = SOCK_STREAM
    #else
      hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
    #endif
    hints.ai_flags = isPassive ? AI_PASSIVE : 0
    var list: UnsafeMutablePointer<addrinfo>?
    guard getaddrinfo(host, String(port), &hints, &list) == 0 else { return nil }
    defer { freeaddrinfo(list) }
    var entry = list
    while let current = entry {
      if let result = body(current) { return result }
      entry = current.pointee.ai_next
    }
    return nil
  }
}
