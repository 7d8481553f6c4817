// SPDX-License-Identifier: Apache-2.0

import HTTPTypes
import Hummingbird

/// What is answered to methods that a resource does not have (RFC 9110 §15.5.6, PS3.18 §8.5).
enum MethodRoutes {
  private static let known: [HTTPRequest.Method] = [.get, .post, .put, .patch, .delete]

  /// Comes after all other routes.
  static func add(to routes: RouteTable) {
    for (path, methods) in routes.catalogue.methods {
      let allowed = (methods + (methods.contains(.get) ? [.head] : [])).map(\.rawValue).sorted().joined(separator: ", ")
      for method in known where !methods.contains(method) {
        routes.router.on(RouterPath(stringLiteral: path), method: method) { _, _ -> Response in
          throw Problem(
            .methodNotAllowed, "This resource has the methods \(allowed), not \(method.rawValue).",
            headers: [.allow: allowed])
        }
      }
    }
  }
}
