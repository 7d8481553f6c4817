// SPDX-License-Identifier: Apache-2.0

/// The list of routes. Functions block, and are safe to call from any thread.
public protocol RouteDirectory: Sendable {
  /// By name.
  func routes() throws -> [Route]
  /// Adds, or replaces the one of the same name.
  func save(_ route: Route) throws
  /// - Returns: whether there was one.
  func removeRoute(name: String) throws -> Bool
}
