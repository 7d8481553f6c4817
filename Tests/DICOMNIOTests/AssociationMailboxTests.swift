// SPDX-License-Identifier: Apache-2.0

import DICOMCore
import DICOMNetwork
import NIOCore
import NIOPosix
import Synchronization
import Testing

@testable import DICOMNIO

/// Back-pressure between the event loop and the reading task.
@Suite(.timeLimit(.minutes(1)))
struct AssociationMailboxTests {
  let eventLoop = MultiThreadedEventLoopGroup.singleton.next()

  static func value(_ count: Int) -> AssociationEvent {
    .value(
      PresentationDataValue(
        contextID: 1, isCommand: false, isLast: false, bytes: ByteSlice([UInt8](repeating: 0, count: count))))
  }

  @Test func readingStopsAboveTheHighMarkAndGoesOnBelowTheLowMark() async throws {
    let mailbox = AssociationMailbox()
    let resumed = Atomic<Int>(0)
    mailbox.attach { resumed.add(1, ordering: .relaxed) }
    let size = AssociationMailbox.highMark / 4
    #expect(mailbox.push(Self.value(size)))
    #expect(mailbox.push(Self.value(size)))
    #expect(mailbox.push(Self.value(size)))
    #expect(!mailbox.push(Self.value(size)))
    for _ in 0..<2 { _ = try await mailbox.next(timeout: nil, on: eventLoop) }
    #expect(resumed.load(ordering: .relaxed) == 0)
    _ = try await mailbox.next(timeout: nil, on: eventLoop)
    #expect(resumed.load(ordering: .relaxed) == 1)
  }

  @Test func nothingComesAfterTheLastEvent() async throws {
    let mailbox = AssociationMailbox()
    _ = mailbox.push(.closed)
    _ = mailbox.push(.released)
    guard case .closed = try await mailbox.next(timeout: nil, on: eventLoop) else {
      Issue.record("not the first event")
      return
    }
    let after = try await mailbox.next(timeout: nil, on: eventLoop)
    #expect(after == nil)
  }

  @Test func timeOutAndCancellation() async throws {
    let mailbox = AssociationMailbox()
    let error = await #expect(throws: AssociationError.self) {
      try await mailbox.next(timeout: .milliseconds(20), on: eventLoop)
    }
    #expect(error?.code == .timedOut)
    let task = Task { [eventLoop] in try await mailbox.next(timeout: nil, on: eventLoop) != nil }
    task.cancel()
    await #expect(throws: CancellationError.self) { try await task.value }
  }
}
