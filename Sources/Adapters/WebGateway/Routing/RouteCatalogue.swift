// SPDX-License-Identifier: Apache-2.0

import HTTPTypes
import Hummingbird
import Synchronization
import Trust

/// The routes that were written down, for what describes them: the capabilities of DICOMweb and the OpenAPI document.
final class RouteCatalogue: Sendable {
  /// Who may use a route.
  enum Access: Sendable, Equatable {
    case permission(Permission)
    case signedIn
    case open
    /// Programs of this machine, else who has the permission.
    case loopback(Permission)
  }

  struct Entry: Sendable {
    var method: HTTPRequest.Method
    /// With a slash before it and names in braces.
    var path: String
    var access: Access

    /// The names in braces.
    var parameters: [String] {
      path.split(separator: "/").filter { $0.hasPrefix("{") && $0.hasSuffix("}") }
        .map { String($0.dropFirst().dropLast()) }
    }
  }

  private let state = Mutex<[Entry]>([])

  func add(_ method: HTTPRequest.Method, _ path: RouterPath, _ access: Access) {
    let text = path.description
    let entry = Entry(method: method, path: text.hasPrefix("/") ? text : "/" + text, access: access)
    state.withLock { $0.append(entry) }
  }

  var entries: [Entry] { state.withLock { $0 } }

  /// The methods of each path, in the order in which the paths were written down.
  var methods: [(path: String, methods: [HTTPRequest.Method])] {
    var order: [String] = []
    var methods: [String: [HTTPRequest.Method]] = [:]
    for entry in entries {
      if methods[entry.path] == nil { order.append(entry.path) }
      methods[entry.path, default: []].append(entry.method)
    }
    return order.map { ($0, methods[$0] ?? []) }
  }
}
