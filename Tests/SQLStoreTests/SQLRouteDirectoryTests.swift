// SPDX-License-Identifier: Apache-2.0

import Archive
import SQLStore
import SQLTestKit
import Testing
import Workflow

@Suite struct SQLRouteDirectoryTests {
  @Test(arguments: Engine.available) func routesAreKept(_ engine: Engine) throws {
    let temporary = try TemporaryStore(engine)
    let directory = SQLRouteDirectory(temporary.database)
    #expect(try directory.routes() == [])
    let second = Route(name: "b", destinations: ["PACS"])
    var first = Route(name: "a", callers: ["CT*"], destinations: ["PACS"])
    try directory.save(second)
    try directory.save(first)
    #expect(try directory.routes() == [first, second])
    first.isEnabled = false
    try directory.save(first)
    #expect(try directory.routes() == [first, second])
    #expect(try directory.removeRoute(name: "a"))
    #expect(try !directory.removeRoute(name: "a"))
    #expect(try directory.routes() == [second])
  }

  @Test(arguments: Engine.available) func profilesOfNodesAreKept(_ engine: Engine) throws {
    let temporary = try TemporaryStore(engine)
    let directory = SQLNodeDirectory(temporary.database)
    var node = RemoteNode(aeTitle: "A", host: "h", port: 104)
    node.profile.usesTLS = true
    node.profile.services = [.store]
    node.profile.bytesPerSecond = 1000
    try directory.save(node)
    #expect(try directory.node(aeTitle: "A") == node)
  }
}
