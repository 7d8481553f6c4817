// SPDX-License-Identifier: Apache-2.0

/// Tells from the first bytes of a connection whether it is to become an event channel (PS3.18 §11.13): a GET of
/// `/dicom-web/subscribers/…` that asks for a WebSocket (RFC 6455 §4.1). Clients open a connection of its own for each.
enum EventChannelRequest {
  enum Verdict: Sendable, Hashable {
    /// More bytes are needed.
    case unknown
    case http
    case events
  }

  static let path = "/dicom-web/subscribers/"
  /// A head that is longer is no event channel's.
  static let longestHead = 16 * 1024

  private static let start = Array("GET \(path)".utf8)

  static func verdict(_ bytes: some Collection<UInt8>) -> Verdict {
    guard zip(start, bytes).allSatisfy({ $0 == $1 }) else { return .http }
    if bytes.count > longestHead { return .http }
    let text = String(decoding: bytes, as: UTF8.self)
    let lines = text.split(separator: "\r\n", omittingEmptySubsequences: false)
    guard let end = lines.firstIndex(of: ""), end < lines.count - 1 else { return .unknown }
    let asks = lines[1..<end].contains { line in
      let parts = line.split(separator: ":", maxSplits: 1)
      return parts.count == 2 && parts[0].lowercased() == "upgrade" && parts[1].lowercased().contains("websocket")
    }
    return asks ? .events : .http
  }
}
