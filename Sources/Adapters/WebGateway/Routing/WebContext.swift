// SPDX-License-Identifier: Apache-2.0

import Hummingbird
import Logging
import NIOCore
import Trust

/// What is known of a request besides what it says.
struct WebContext: RequestContext {
  var coreContext: CoreRequestContextStorage
  /// The request's own number, by which the log tells of it.
  let number: String
  /// Network address of the client, without its port.
  let address: String
  /// Port on which the request came.
  let port: Int?
  /// The client is a process of this machine.
  let isLoopback: Bool
  /// Who makes the request, once the credentials were looked at.
  var principal: Principal?
  /// The session by which they were established; nil for bearer tokens.
  var session: Secret?

  init(source: ApplicationRequestContextSource) {
    coreContext = .init(source: source)
    number = source.logger[metadataKey: "hb.request.id"]?.description ?? ""
    let remote = source.channel.remoteAddress
    address = remote?.ipAddress ?? ""
    port = source.channel.localAddress?.port
    isLoopback = remote.map { LoopbackAddress.contains($0) } ?? false
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
