// SPDX-License-Identifier: Apache-2.0

/// The scheme, host and port under which a client reaches this server (RFC 6454 §4).
enum Origin {
  /// Empty where the client names no host that can stand in a link.
  /// - Parameters:
  ///   - authority: what the client wrote into Host or `:authority`.
  ///   - port: the port on which the request came; taken where the client leaves it out and no proxy stands between.
  ///   - isForwarded: a proxy passed the request on.
  static func of(
    authority: String?, port: Int?, isSecure: Bool, forwardedScheme: String?, isForwarded: Bool
  ) -> String {
    guard let authority, (1...255).contains(authority.utf8.count), authority.utf8.allSatisfy(isAuthority) else {
      return ""
    }
    let isHTTPS = isSecure || (isForwarded && forwardedScheme?.lowercased() == "https")
    var origin = (isHTTPS ? "https://" : "http://") + authority
    let afterBracket = authority.split(separator: "]").last ?? ""
    let hasPort = authority.hasSuffix("]") ? false : afterBracket.contains(":")
    if !hasPort, !isForwarded, let port, port != (isHTTPS ? 443 : 80) { origin += ":\(port)" }
    return origin
  }

  private static func isAuthority(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"):
      true
    default: ".-_:[]".utf8.contains(byte)
    }
  }
}
