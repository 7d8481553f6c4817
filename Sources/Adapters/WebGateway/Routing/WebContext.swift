// SPDX-License-Identifier: Apache-2.0

import Hummingbird
import Logging
import NIOCore
import Trust

/// What is known of a request besides what it says.
struct WebContext: RequestContext {
  var coreContext: CoreRequestContextStorage
  /// Network address of the client, without its port.
  let address: String
  /// The client is a process of this machine.
  let isLoopback: Bool
  /// The address and port of this machine that the client connected to.
  let localAddress: (host: String, port: Int)?
  /// Who makes the request, once the credentials were looked at.
  var principal: Principal?
  /// The session by which they were established; nil for bearer tokens.
  var session: Secret?

  init(source: ApplicationRequestContextSource) {
    coreContext = .init(source: source)
    let remote = source.channel.remoteAddress
    address = remote?.ipAddress ?? ""
    isLoopback = remote.map { LoopbackAddress.contains($0) } ?? false
    let local = source.channel.localAddress
    localAddress = local?.ipAddress.flatMap { host in local?.port.map { (host, $0) } }
  }
}

/// Addresses of this machine's own loopback interface.
public enum LoopbackAddress {
  static func contains(_ address: SocketAddress) -> Bool {
    guard let text = address.ipAddress else { return false }
    return text.hasPrefix("127.") || text == "::1" || text.hasPrefix("::ffff:127.")
  }

  /// A host to bind to: its name or number.
  public static func contains(host: String) -> Bool {
    host == "localhost" || host.hasPrefix("127.") || host == "::1"
  }
}
