// SPDX-License-Identifier: Apache-2.0

import HTTPTypes
import Trust

/// The cookie that carries a signed link through the browser's session.
enum LinkCookie {
  static let name = "martlet_link"

  /// - Parameter now: seconds since 1970-01-01 UTC.
  static func link(in headers: HTTPFields, key: ViewLinkKey, now: Int64) -> ViewLink? {
    for field in headers[values: .cookie] {
      for pair in field.split(separator: ";") {
        let parts = pair.drop { $0 == " " }.split(separator: "=", maxSplits: 1)
        if parts.count == 2, parts[0] == name { return ViewLink(signed: parts[1], key: key, now: now) }
      }
    }
    return nil
  }

  /// Lax: the link is followed from a page of another system.
  static func set(_ text: String, lifetime: Int64, isSecure: Bool) -> String {
    "\(name)=\(text); Path=/; HttpOnly; SameSite=Lax; Max-Age=\(lifetime)" + (isSecure ? "; Secure" : "")
  }
}
