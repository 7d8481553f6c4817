// SPDX-License-Identifier: Apache-2.0

import DICOMCore
import DICOMNetwork
import DICOMServices
import Synchronization
import Testing

@testable import DICOMNIO

/// C-FIND, C-MOVE and C-GET as user, against peers that keep to the standard and peers that do not.
@Suite(.timeLimit(.minutes(1)))
struct QueryRetrieveUserTests {
  let patientID = Tag(0x0010, 0x0020)

  static func identifier() -> DataSet {
    var identifier = DataSet()
    identifier.set(Tag(0x0008, 0x0052), .CS, "STUDY")
    return identifier
  }

  @Test func matchesComeOneByOne() async throws {
    try await ScriptedPeer.with { peer in
      let request = try await peer.request()
      for id in ["A", "B", "C"] { try await peer.answer(request, 0xFF00, dataSet: ScriptedPeer.patient(id)) }
      try await peer.answer(request, 0)
      try await peer.endWithRelease()
    } _: { association in
      var ids: [String?] = []
      for try await match in try await association.find(Self.identifier(), model: .studyRoot) {
        ids.append(match.string(patientID))
      }
      #expect(ids == ["A", "B", "C"])
      try await association.release()
    }
  }

  @Test func stoppingEarlyCancels() async throws {
    let cancelled = Atomic<Bool>(false)
    try await ScriptedPeer.with { peer in
      let request = try await peer.request()
      for id in ["A", "B"] { try await peer.answer(request, 0xFF00, dataSet: ScriptedPeer.patient(id)) }
      let cancel = try await peer.request()
      #expect(cancel.command.commandField == .cCancelRQ)
      #expect(cancel.command.messageIDBeingRespondedTo == request.command.messageID)
      cancelled.store(true, ordering: .relaxed)
      try await peer.answer(request, 0xFE00)
      try await peer.endWithRelease()
    } _: { association in
      for try await _ in try await association.find(Self.identifier(), model: .studyRoot) { break }
      try await association.release()
    }
    let wasCancelled = cancelled.load(ordering: .relaxed)
    #expect(wasCancelled)
  }

  @Test func failureStatusIsThrownAndTheAssociationGoesOn() async throws {
    try await ScriptedPeer.with { peer in
      try await peer.answer(try await peer.request(), 0xA900)
      try await peer.answer(try await peer.request(), 0)
      try await peer.endWithRelease()
    } _: { association in
      let error = await #expect(throws: AssociationError.self) {
        for try await _ in try await association.find(Self.identifier(), model: .studyRoot) {}
      }
      #expect(error?.code == .failed(.doesNotMatchSOPClass))
      for try await _ in try await association.find(Self.identifier(), model: .studyRoot) {}
      try await association.release()
    }
  }

  @Test func answerToAnotherMessageAborts() async throws {
    try await ScriptedPeer.with { peer in
      var request = try await peer.request()
      request.command.messageID = 4711
      try await peer.answer(request, 0)
      let error = await #expect(throws: AssociationError.self) { try await peer.request() }
      #expect(error?.code == .aborted(.byUser))
    } _: { association in
      let error = await #expect(throws: AssociationError.self) {
        for try await _ in try await association.find(Self.identifier(), model: .studyRoot) {}
      }
      #expect(error?.code == .protocolViolation)
    }
  }

  @Test func peerReleasesInTheMiddle() async throws {
    try await ScriptedPeer.with { peer in
      _ = try await peer.request()
      try await peer.messages.request(.release)
      guard case .released = try await peer.messages.nextEvent(timeout: .seconds(5)) else {
        Issue.record("no release response")
        return
      }
    } _: { association in
      let error = await #expect(throws: AssociationError.self) {
        for try await _ in try await association.find(Self.identifier(), model: .studyRoot) {}
      }
      #expect(error?.code == .releasedByPeer)
    }
  }

  @Test(arguments: 0..<10)
  func bothAskForTheRelease(round: Int) async throws {
    try await ScriptedPeer.with { peer in
      let hasAsked = (try? await peer.messages.request(.release)) != nil
      var collided = false
      loop: while true {
        switch try await peer.messages.nextEvent(timeout: .seconds(5)) {
        case .releaseRequested:
          collided = true
          if !hasAsked { break loop }
        case .released: break loop
        case let event: throw MessageChannel.error(event)
        }
      }
      // In a collision the acceptor answers after the requestor has (PS3.8 §7.2.3).
      if collided { try await peer.messages.request(.respondToRelease) }
    } _: { association in
      try await Task.sleep(for: .milliseconds(round % 3))
      try await association.release()
    }
  }

  @Test func moveTellsItsProgress() async throws {
    try await ScriptedPeer.with { peer in
      let request = try await peer.request()
      #expect(request.command.moveDestination == "THIRD")
      for (status, remaining, completed) in [(0xFF00, 1, 1), (0xB000, 0, 1)] as [(UInt16, UInt16, UInt16)] {
        var response = request.command.response(status: status)
        response.numberOfRemainingSuboperations = remaining
        response.numberOfCompletedSuboperations = completed
        response.numberOfFailedSuboperations = status == 0xB000 ? 1 : 0
        try await peer.messages.send(response, contextID: request.contextID)
      }
      try await peer.endWithRelease()
    } _: { association in
      let progress = Mutex<[SuboperationCounts]>([])
      let result = try await association.move(Self.identifier(), model: .studyRoot, destination: "THIRD") { counts in
        progress.withLock { $0.append(counts) }
      }
      #expect(progress.withLock { $0 } == [SuboperationCounts(remaining: 1, completed: 1, failed: 0)])
      #expect(result.status == .suboperationsWithFailures)
      #expect(result.counts.failed == 1)
      try await association.release()
    }
  }

  @Test func getServesTheSuboperations() async throws {
    let store = MemoryStore()
    let bytes = (0..<300_000).map { UInt8(truncatingIfNeeded: $0 >> 2) }
    try await ScriptedPeer.with { peer in
      let request = try await peer.request()
      let context = try #require(peer.messages.negotiated.contexts(for: Loopback.ct).first)
      #expect(context.requestorIsSCP)
      for number in 1...2 as ClosedRange<UInt16> {
        let command = CommandSet.cStoreRQ(
          messageID: number, sopClass: Loopback.ct, sopInstance: UID("1.2.\(number)"))
        try await peer.messages.send(command, from: ByteSlice(bytes), contextID: context.id)
        let response = try await peer.request()
        #expect(response.command.commandField == .cStoreRSP && response.command.status == 0)
        try await peer.answer(request, 0xFF00)
      }
      try await peer.answer(request, 0)
      try await peer.endWithRelease()
    } _: { association in
      let result = try await association.get(Self.identifier(), model: .studyRoot, into: store)
      #expect(result.status == .success)
      try await association.release()
    }
    #expect(store["1.2.1"]?.bytes == bytes && store["1.2.2"]?.bytes == bytes)
  }
}
