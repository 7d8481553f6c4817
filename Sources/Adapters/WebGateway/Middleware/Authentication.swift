// SPDX-License-Identifier: Apache-2.0

import Archive
import HTTPTypes
import Hummingbird
import NIOPosix
import Trust

/// Finds out who makes a request: by a bearer token, else by the session cookie. A cookie travels with requests that
/// another site's page makes, so what changes something must carry the session's CSRF token too.
struct Authentication: RouterMiddleware {
  let authenticator: Authenticator
  let pool: NIOThreadPool
  let linkKey: ViewLinkKey

  /// Seconds; more is as much.
  private static let longestIdle: Int64 = 366 * 86_400
  static let safeMethods: Set<HTTPRequest.Method> = [.get, .head, .options]

  func handle(
    _ request: Request, context: WebContext, next: (Request, WebContext) async throws -> Response
  ) async throws -> Response {
    var context = context
    if let token = Self.bearerToken(request.headers) {
      guard let secret = Secret(presented: token), let principal = try await principal(secret, as: .bearer) else {
        throw Problem(
          .unauthorized, "The bearer token is not valid.", headers: [.wwwAuthenticate: "Bearer error=\"invalid_token\""]
        )
      }
      context.principal = principal
    } else if let secret = SessionCookie.secret(in: request.headers),
      let principal = try await principal(secret, as: .session, idle: Self.idle(request.headers))
    {
      if !Self.safeMethods.contains(request.method) {
        guard let token = request.headers[.csrfToken], Secret.matches(token, SessionCookie.csrfToken(secret)) else {
          throw Problem(.forbidden, "The header field X-Martlet-CSRF is missing or not that of the session.")
        }
      }
      context.principal = principal
      context.session = secret
    } else if Self.safeMethods.contains(request.method),
      let link = LinkCookie.link(in: request.headers, key: linkKey, now: ArchiveOptions.systemTime() / 1_000_000)
    {
      // A link only looks.
      context.principal = Principal(link)
    }
    return try await next(request, context)
  }

  /// Who presents a bearer token or a session with a request that changes nothing.
  func principal(of headers: HTTPFields) async throws -> Principal? {
    if let token = Self.bearerToken(headers) {
      guard let secret = Secret(presented: token) else { return nil }
      return try await principal(secret, as: .bearer)
    }
    guard let secret = SessionCookie.secret(in: headers) else { return nil }
    return try await principal(secret, as: .session)
  }

  /// Whether who opened a stream with these header fields may still have it: signed in, and as the same. A database
  /// that does not answer is no reason to end one.
  func isStillAllowed(_ principal: Principal, with headers: HTTPFields) async -> Bool {
    let (token, cookie) = (Self.bearerToken(headers), SessionCookie.secret(in: headers))
    guard let secret = token.map({ Secret(presented: $0) }) ?? cookie else { return false }
    return (try? await self.principal(secret, as: principal.credential, idle: nil) == principal) ?? true
  }

  private func principal(
    _ secret: Secret, as kind: Credential.Kind, idle: Int64? = 0
  ) async throws -> Principal? {
    try await pool.runIfActive { [authenticator] in
      try authenticator.principal(presenting: secret, as: kind, now: ArchiveOptions.systemTime(), idle: idle)
    }
  }

  /// Microseconds for which the person has done nothing, as the page says; 0 where it does not; nil for what a browser
  /// asks for by itself: a stream of events, which is opened again, and the pictures of a list that follows what
  /// happens. Whoever says more than is true shortens their own session only.
  private static func idle(_ headers: HTTPFields) -> Int64? {
    if headers[.accept] == "text/event-stream" || headers[.fetchDestination] == "image" { return nil }
    guard let text = headers[.idle] else { return 0 }
    return Int64(text).map { min(max(0, $0), longestIdle) * 1_000_000 } ?? 0
  }

  private static func bearerToken(_ headers: HTTPFields) -> Substring? {
    guard let value = headers[.authorization] else { return nil }
    let parts = value.split(separator: " ", maxSplits: 1)
    guard parts.count == 2, parts[0].lowercased() == "bearer" else { return nil }
    return parts[1].drop { $0 == " " }
  }
}

/// The cookie that carries a session.
enum SessionCookie {
  static let name = "martlet_session"

  static func secret(in headers: HTTPFields) -> Secret? {
    for field in headers[values: .cookie] {
      for pair in field.split(separator: ";") {
        let parts = pair.drop { $0 == " " }.split(separator: "=", maxSplits: 1)
        if parts.count == 2, parts[0] == name { return Secret(presented: parts[1]) }
      }
    }
    return nil
  }

  static func set(_ secret: Secret, isSecure: Bool) -> String { field(secret.text, isSecure) }

  static func clear(isSecure: Bool) -> String { field("", isSecure) + "; Max-Age=0" }

  /// The token that proves that a page of ours makes the request.
  static func csrfToken(_ session: Secret) -> String { session.derived(for: "csrf") }

  private static func field(_ value: String, _ isSecure: Bool) -> String {
    "\(name)=\(value); Path=/; HttpOnly; SameSite=Strict" + (isSecure ? "; Secure" : "")
  }
}
