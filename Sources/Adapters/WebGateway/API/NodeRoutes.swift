// SPDX-License-Identifier: Apache-2.0

import Archive
import HTTPTypes
import Hummingbird
import Trust

/// `/api/v1/nodes`: the remote application entities.
enum NodeRoutes {
  private struct Given: Decodable {
    var aeTitle: String?
    var host: String
    var port: Int
    var profile: NodeProfile?
  }

  private struct Answer: Encodable {
    var nodes: [RemoteNode]
  }

  static func add(to routes: RouteTable) {
    routes.on(.get, "api/v1/nodes", needs: .viewNodes, records: .nothing) { call in
      let nodes = try await call.blocking { try call.services.ports.nodes.nodes() }
      return try .json(encoding: Answer(nodes: nodes))
    }
    routes.on(.put, "api/v1/nodes", needs: .manageNodes, records: .configuration) { call in
      try await save(call, title: nil)
    }
    routes.on(.put, "api/v1/nodes/:aeTitle", needs: .manageNodes, records: .configuration) { call in
      try await save(call, title: call.decodedComponent("aeTitle"))
    }
    routes.on(.post, "api/v1/nodes/:aeTitle/echo", needs: .viewNodes, records: .configuration) { call in
      let title = try call.decodedComponent("aeTitle")
      guard let echo = call.services.ports.echo else {
        throw Problem(.notImplemented, "This server asks no nodes.")
      }
      let trial = try await call.blocking { () throws -> NodeTrial in
        guard let node = try call.services.ports.nodes.node(aeTitle: title) else { throw Problem.notFound }
        return echo(node)
      }
      return try .json(encoding: trial)
    }
    routes.on(.delete, "api/v1/nodes/:aeTitle", needs: .manageNodes, records: .configuration) { call in
      let title = try call.decodedComponent("aeTitle")
      guard try await call.blocking({ try call.services.ports.nodes.removeNode(aeTitle: title) }) else {
        throw Problem.notFound
      }
      return .noContent()
    }
  }

  private static func save(_ call: Call, title: String?) async throws -> Response {
    let given = try await call.body(Given.self)
    let title = title ?? given.aeTitle ?? ""
    // What is not given stays as it was.
    let known = try await call.blocking { try call.services.ports.nodes.node(aeTitle: title) }
    let node = RemoteNode(
      aeTitle: title, host: given.host, port: given.port, profile: given.profile ?? known?.profile ?? NodeProfile())
    if let reason = fault(node) { throw Problem(.unprocessableContent, reason) }
    try await call.blocking { try call.services.ports.nodes.save(node) }
    return try .json(encoding: node)
  }

  /// What is wrong with a node; nil for nothing. AE titles are PS3.5 §6.2.
  static func fault(_ node: RemoteNode) -> String? {
    let title = node.aeTitle.utf8
    guard (1...16).contains(title.count), title.allSatisfy({ (0x20...0x7E).contains($0) && $0 != 0x5C }),
      title.first != 0x20, title.last != 0x20
    else { return "An AE title has 1 to 16 characters of ASCII, no backslash, and no space at its ends." }
    guard (1...253).contains(node.host.utf8.count), node.host.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else {
      return "The host must be a name or an address."
    }
    guard (1...65535).contains(node.port) else { return "The port must be from 1 to 65535." }
    return node.profile.fault.map { "The profile cannot be: \($0)." }
  }
}
