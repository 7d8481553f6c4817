// SPDX-License-Identifier: Apache-2.0

import HTTPTypes
import Hummingbird
import Trust

/// Where routes are written down. A route names the permission that it needs and what the audit trail says of it, or
/// says that it is open; there is no third way to write one.
struct RouteTable {
  let router: Router<WebContext>
  let services: WebServices
  let catalogue = RouteCatalogue()

  /// A route for who has a permission.
  func on(
    _ method: HTTPRequest.Method, _ path: RouterPath, needs permission: Permission, records act: AuditedAct,
    _ handler: @escaping @Sendable (Call) async throws -> Response
  ) {
    catalogue.add(method, path, .permission(permission))
    let services = services
    router.on(path, method: method) { request, context in
      let principal = try Self.withOwnPassword(Self.signedIn(context))
      guard principal.may(permission) else {
        services.trail.refused(context, principal, path: request.uri.path)
        throw Problem(.forbidden, "Your role, \(principal.role.rawValue), does not include this.")
      }
      if let only = principal.onlyStudies, !only.contains(context.parameters.get("study") ?? "") {
        services.trail.refused(context, principal, path: request.uri.path)
        throw Problem(.forbidden, "Your link does not include this.")
      }
      let call = Call(request: request, context: context, services: services, principal: principal)
      do {
        let response = try await handler(call)
        services.trail.record(act, call, failure: nil)
        return response
      } catch {
        services.trail.record(act, call, failure: Problem(error)?.detail ?? "failed")
        throw error
      }
    }
  }

  /// A route for everybody who has signed in, whatever the role.
  /// - Parameter anyPassword: for those too who have not replaced a password that somebody else made.
  func onSignedIn(
    _ method: HTTPRequest.Method, _ path: RouterPath, anyPassword: Bool = false,
    _ handler: @escaping @Sendable (Call) async throws -> Response
  ) {
    catalogue.add(method, path, .signedIn)
    let services = services
    router.on(path, method: method) { request, context in
      let signedIn = try Self.signedIn(context)
      let principal = anyPassword ? signedIn : try Self.withOwnPassword(signedIn)
      return try await handler(Call(request: request, context: context, services: services, principal: principal))
    }
  }

  /// A route that needs no credentials, because it shows nothing of patients or of the installation.
  func onOpen(
    _ method: HTTPRequest.Method, _ path: RouterPath, _ handler: @escaping @Sendable (Visit) async throws -> Response
  ) {
    catalogue.add(method, path, .open)
    let services = services
    router.on(path, method: method) { request, context in
      try await handler(Visit(request: request, context: context, services: services))
    }
  }

  /// A route for programs of this machine; everybody else needs the permission.
  func onLoopback(
    _ method: HTTPRequest.Method, _ path: RouterPath, elseNeeds permission: Permission,
    _ handler: @escaping @Sendable (Visit) async throws -> Response
  ) {
    catalogue.add(method, path, .loopback(permission))
    let services = services
    router.on(path, method: method) { request, context in
      if !context.isLoopback, try !Self.withOwnPassword(Self.signedIn(context)).may(permission) {
        throw Problem(.forbidden, "Your role does not include this.")
      }
      return try await handler(Visit(request: request, context: context, services: services))
    }
  }

  private static func signedIn(_ context: WebContext) throws -> Principal {
    guard let principal = context.principal else {
      throw Problem(.unauthorized, "Sign in, or send a bearer token.", headers: [.wwwAuthenticate: "Bearer"])
    }
    return principal
  }

  private static func withOwnPassword(_ principal: Principal) throws -> Principal {
    guard !principal.mustChangePassword else {
      throw TrustError(.passwordChangeNeeded, "Choose a password of your own first.")
    }
    return principal
  }
}
