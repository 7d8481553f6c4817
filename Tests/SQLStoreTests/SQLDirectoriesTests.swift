// SPDX-License-Identifier: Apache-2.0

import Archive
import SQLInterface
import SQLStore
import SQLTestKit
import Testing

@Suite struct SQLDirectoriesTests {
  @Test(arguments: Engine.available) func nodesAreSavedReplacedAndRemoved(_ engine: Engine) throws {
    let temporary = try TemporaryStore(engine)
    let directory = SQLNodeDirectory(temporary.database)
    try directory.save(RemoteNode(aeTitle: "PACS", host: "a", port: 104))
    try directory.save(RemoteNode(aeTitle: "CT", host: "b", port: 11112))
    try directory.save(RemoteNode(aeTitle: "PACS", host: "c", port: 4242))
    #expect(try directory.nodes().map(\.aeTitle) == ["CT", "PACS"])
    #expect(try directory.node(aeTitle: "PACS") == RemoteNode(aeTitle: "PACS", host: "c", port: 4242))
    #expect(try directory.node(aeTitle: "pacs") == nil)
    #expect(try directory.removeNode(aeTitle: "PACS"))
    #expect(try !directory.removeNode(aeTitle: "PACS"))
  }

  @Test(arguments: Engine.available) func incidentsComeNewestFirst(_ engine: Engine) throws {
    let temporary = try TemporaryStore(engine)
    let list = SQLIncidentList(temporary.database)
    for number in 1...3 {
      try list.add(
        Incident(
          kind: number == 2 ? .conflict : .quarantined, at: Int64(number), sender: "CT", reason: "r",
          instanceUID: "1.2",
          file: "quarantine/x", size: 7))
    }
    let all = try list.incidents(limit: 10)
    #expect(all.map(\.at) == [3, 2, 1])
    #expect(all[1].kind == .conflict && all[1].size == 7)
    #expect(try list.incidents(limit: 1) == [all[0]])
    try list.remove(id: all[1].id)
    #expect(try list.incidents(limit: 10).map(\.at) == [3, 1])
  }

  @Test(arguments: Engine.available) func onlyTheNewestIncidentsAreKept(_ engine: Engine) throws {
    let temporary = try TemporaryStore(engine)
    let list = SQLIncidentList(temporary.database)
    func add() throws {
      try list.add(
        Incident(kind: .quarantined, at: 1, sender: "CT", reason: "r", instanceUID: "", file: "", size: 0))
    }
    for _ in 1...3 { try add() }
    try temporary.database.write { connection in
      try connection.execute("UPDATE incident SET id = 10001 WHERE id = 3")
      if engine == .postgresql { try connection.execute("SELECT setval('incident_id_seq', 10001)") }
    }
    try add()
    #expect(try list.incidents(limit: 10).map(\.id) == [10002, 10001])
  }
}
