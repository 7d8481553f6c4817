// SPDX-License-Identifier: Apache-2.0

public import Archive
import DICOMCore
import DICOMServices

/// What every `CommitmentList` has to do.
public enum CommitmentListSuite {
  public typealias Case = ConformanceCase<any CommitmentList>

  public static let cases: [Case] = [
    Case("keeps a request with its items in order") { list in
      let added = try add(list, "1.2.3", items: 3)
      let found = try list.commitment(added.id)
      try expect(found, added)
      try expect(try list.commitment(added.id + 1), nil, "a request that was not added")
    },
    Case("gives what is due, the longest due first, without items") { list in
      let late = try add(list, "1.2.3", nextAt: 200)
      let early = try add(list, "1.2.4", nextAt: 100)
      try expect(try list.due(at: 99, limit: 10).map(\.id), [])
      try expect(try list.due(at: 100, limit: 10).map(\.id), [early.id])
      try expect(try list.due(at: 300, limit: 10).map(\.id), [early.id, late.id])
      try expect(try list.due(at: 300, limit: 1).map(\.id), [early.id])
      try expect(try list.due(at: 300, limit: 1)[0].items, [])
      try expect(try list.nextDue(), 100)
    },
    Case("keeps what the check gave") { list in
      let added = try add(list, "1.2.3", items: 3)
      try list.setChecked(added.id, failures: [nil, 0x0112, nil])
      let found = try list.commitment(added.id)
      try expect(found?.state, .checked)
      try expect(found?.items.map(\.failure), [nil, 0x0112, nil])
      try expect(found?.items.map(\.reference), added.items.map(\.reference))
    },
    Case("postpones, counting attempts") { list in
      let added = try add(list, "1.2.3", nextAt: 100)
      try list.postpone(added.id, until: 500, error: "no answer")
      try expect(try list.due(at: 499, limit: 10).map(\.id), [])
      let found = try list.due(at: 500, limit: 10)
      try expect(found.map(\.attempts), [1])
      try expect(found.map(\.lastError), ["no answer"])
    },
    Case("finds open requests by transaction and requester") { list in
      let mine = try add(list, "1.2.3")
      _ = try add(list, "1.2.3", requester: "OTHER")
      _ = try add(list, "1.2.4")
      try expect(try list.open(transactionUID: "1.2.3", requester: "CT1"), [mine])
      try list.finish(mine.id, as: .delivered, at: 50)
      try expect(try list.open(transactionUID: "1.2.3", requester: "CT1").map(\.id), [])
      try expect(try list.due(at: 1000, limit: 10).contains { $0.id == mine.id }, false, "what is finished")
      try expect(try list.commitment(mine.id)?.state, .delivered)
    },
    Case("lists the newest first and forgets what was finished long ago") { list in
      let first = try add(list, "1.2.3")
      let second = try add(list, "1.2.4")
      let third = try add(list, "1.2.5")
      try expect(try list.newest(limit: 2).map(\.id), [third.id, second.id])
      try list.finish(first.id, as: .abandoned, at: 10)
      try list.finish(second.id, as: .delivered, at: 20)
      try list.trim(before: 20)
      try expect(try list.newest(limit: 10).map(\.id), [third.id, second.id])
      try expect(try list.commitment(first.id), nil, "what was trimmed")
      try list.trim(before: 21)
      try expect(try list.newest(limit: 10).map(\.id), [third.id])
      try list.finish(third.id, as: .delivered, at: 30)
      try expect(try list.nextDue(), nil)
    },
  ]

  private static func add(
    _ list: any CommitmentList, _ transaction: UID, requester: String = "CT1", nextAt: Int64 = 100, items: Int = 1
  ) throws -> Commitment {
    var commitment = Commitment(
      transactionUID: transaction, requester: requester, receiver: "MARTLET", requestedAt: 1, nextAt: nextAt,
      items: (0..<items).map { number in
        Commitment.Item(
          SOPReference(sopClass: "1.2.840.10008.5.1.4.1.1.2", sopInstance: UID("\(transaction).\(number)")))
      })
    commitment.id = try list.add(commitment)
    return commitment
  }
}
