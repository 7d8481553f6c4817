// SPDX-License-Identifier: Apache-2.0

import Archive
import DICOMCore
import DICOMServices
import Synchronization
import SystemTestKit
import Testing

@Suite struct MemoryCommitmentListTests {
  @Test(arguments: CommitmentListSuite.cases) func conforms(_ requirement: CommitmentListSuite.Case) throws {
    try requirement.run(MemoryCommitmentList())
  }
}

/// PS3.4 Annex J: what is committed, what is not and why, and until when an answer is owed.
@Suite struct StorageCommitmentTests {
  static let ct: UID = "1.2.840.10008.5.1.4.1.1.2"
  static let mr: UID = "1.2.840.10008.5.1.4.1.1.4"

  /// Time and damage that tests set.
  final class World: Sendable {
    let time = Mutex<Int64>(1_000_000)
    let damaged = Mutex<Set<Int64>>([])
    func pass(seconds: Int64) { time.withLock { $0 += seconds * 1_000_000 } }
  }

  let memory: MemoryArchive
  let list = MemoryCommitmentList()
  let world = World()
  let commitment: StorageCommitment

  init() throws {
    memory = try MemoryArchive.started()
    let world = world
    commitment = StorageCommitment(
      list: list, index: memory.index, now: { world.time.withLock { $0 } },
      isWhole: { extent in !world.damaged.withLock { $0.contains(extent.offset) } })
  }

  private func ask(_ references: [SOPReference], transaction: UID = "1.9.1", from: String = "CT1") throws -> Commitment
  {
    try commitment.accept(
      CommitmentRequest(transactionUID: transaction, references: references), from: from, receiver: "MARTLET")
  }

  private func reference(_ number: Int, _ sopClass: UID = ct) -> SOPReference {
    SOPReference(sopClass: sopClass, sopInstance: UID("1.2.1.1.\(number)"))
  }

  @Test func commitsWhatReadsBackRightAndTellsWhyTheRestFailed() throws {
    for number in 1...3 { try TestInstance(1, 1, number).send(to: memory.sink()) }
    let second = try #require(try memory.index.versions(of: "1.2.1.1.2").first)
    world.damaged.withLock { _ = $0.insert(second.location.offset) }
    let kept = try ask([
      reference(1), reference(2), reference(3, Self.mr), reference(4), reference(5, "1.2.3.4"),
    ])
    let result = try #require(try commitment.result(kept.id))
    #expect(result.committed == [reference(1)])
    #expect(result.failed.map(\.reason) == [0x0110, 0x0119, 0x0112, 0x0122])
    #expect(result.eventTypeID == 2)
    #expect(result.retrieveAETitle == "MARTLET")
    // The answer stays what it was.
    world.damaged.withLock { $0 = [] }
    #expect(try commitment.result(kept.id) == result)
  }

  @Test func everyVersionMustBeWhole() throws {
    try TestInstance(1, 1, 1).send(to: memory.sink())
    try TestInstance(1, 1, 1, seed: 7).send(to: memory.sink())
    let versions = try memory.index.versions(of: "1.2.1.1.1")
    #expect(versions.count == 2)
    #expect(try commitment.result(ask([reference(1)]).id)?.eventTypeID == 1)
    world.damaged.withLock { _ = $0.insert(versions[1].location.offset) }
    let second = try commitment.result(ask([reference(1)], transaction: "1.9.2").id)
    #expect(second?.failed.map(\.reason) == [0x0110])
  }

  @Test func aRepeatedRequestIsTheSameAndAnotherUnderItsUIDFails() throws {
    let first = try ask([reference(1)])
    #expect(try ask([reference(1)]).id == first.id)
    #expect(try ask([reference(1)], from: "CT2").id != first.id)
    let other = try ask([reference(2), reference(3)])
    #expect(other.id != first.id)
    #expect(try commitment.result(other.id)?.failed.map(\.reason) == [0x0131, 0x0131])
    // What was answered does not use its UID any more.
    try commitment.delivered(first.id)
    try commitment.delivered(other.id)
    #expect(try commitment.result(ask([reference(2)]).id)?.failed.map(\.reason) == [0x0112])
  }

  @Test func theAnswerIsOwedUntilItIsDeliveredOrGivenUp() throws {
    let kept = try ask([reference(1)])
    #expect(try commitment.owed(limit: 10).map(\.id) == [kept.id])
    #expect(try commitment.failed(kept, reason: "no connection"))
    #expect(try commitment.owed(kept.id)?.lastError == "no connection")
    world.pass(seconds: (StorageCommitment.patienceDays + 1) * 86_400)
    #expect(try !commitment.failed(kept, reason: "no connection"))
    #expect(try list.commitment(kept.id)?.state == .abandoned)
    #expect(try commitment.owed(kept.id) == nil)
    let other = try ask([reference(1)])
    try commitment.delivered(other.id)
    #expect(try commitment.owed(limit: 10).isEmpty)
    world.pass(seconds: (StorageCommitment.keptDays + 1) * 86_400)
    try commitment.trim()
    #expect(try list.commitment(kept.id) == nil)
  }
}
