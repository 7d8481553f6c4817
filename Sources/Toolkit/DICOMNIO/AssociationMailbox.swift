// SPDX-License-Identifier: Apache-2.0

import NIOCore
import Synchronization

/// Events on their way from the event loop to one task. Above the high mark reading from the socket stops, below the
/// low mark it goes on.
final class AssociationMailbox: Sendable {
  static let highMark = 1_048_576
  static let lowMark = 262_144

  private struct Waiter {
    let ticket: Int
    let continuation: CheckedContinuation<AssociationEvent?, any Error>
    var timer: Scheduled<Void>?
  }

  private struct State {
    var events: [AssociationEvent] = []
    var head = 0
    var byteCount = 0
    var isFinished = false
    var isPaused = false
    var waiter: Waiter?
    var tickets = 0
    var resumeReading: (@Sendable () -> Void)?

    var isEmpty: Bool { head == events.count }

    mutating func pop() -> AssociationEvent? {
      guard head < events.count else { return nil }
      let event = events[head]
      head += 1
      if head == events.count {
        events.removeAll(keepingCapacity: true)
        head = 0
      }
      byteCount -= event.byteCount
      return event
    }
  }

  private let state = Mutex(State())

  /// - Parameter resumeReading: called, on any thread, when reading may go on.
  func attach(resumeReading: @escaping @Sendable () -> Void) {
    state.withLock { $0.resumeReading = resumeReading }
  }

  /// - Returns: whether reading may go on.
  func push(_ event: AssociationEvent) -> Bool {
    let (waiter, mayRead) = state.withLock { state -> (Waiter?, Bool) in
      guard !state.isFinished else { return (nil, true) }
      state.isFinished = event.isLast
      if let waiter = state.waiter {
        state.waiter = nil
        return (waiter, true)
      }
      state.events.append(event)
      state.byteCount += event.byteCount
      if state.byteCount >= Self.highMark { state.isPaused = true }
      return (nil, !state.isPaused)
    }
    waiter?.timer?.cancel()
    waiter?.continuation.resume(returning: event)
    return mayRead
  }

  /// The next event; nil after the last one.
  func next(timeout: TimeAmount?, on eventLoop: any EventLoop) async throws -> AssociationEvent? {
    try await withTaskCancellationHandler {
      try await withCheckedThrowingContinuation { continuation in
        wait(continuation, timeout: timeout, on: eventLoop)
      }
    } onCancel: {
      fail(nil, with: CancellationError())
    }
  }

  private func wait(
    _ continuation: CheckedContinuation<AssociationEvent?, any Error>, timeout: TimeAmount?, on eventLoop: any EventLoop
  ) {
    enum Outcome {
      case event(AssociationEvent?, resume: (@Sendable () -> Void)?)
      case waiting(ticket: Int)
    }
    let outcome = state.withLock { state -> Outcome in
      if let event = state.pop() {
        guard state.isPaused, state.byteCount <= Self.lowMark else { return .event(event, resume: nil) }
        state.isPaused = false
        return .event(event, resume: state.resumeReading)
      }
      if state.isFinished { return .event(nil, resume: nil) }
      precondition(state.waiter == nil, "one task reads an association")
      state.tickets += 1
      state.waiter = Waiter(ticket: state.tickets, continuation: continuation)
      return .waiting(ticket: state.tickets)
    }
    switch outcome {
    case .event(let event, let resume):
      resume?()
      continuation.resume(returning: event)
    case .waiting(let ticket):
      if Task.isCancelled { fail(ticket, with: CancellationError()) }
      guard let timeout else { return }
      let timer = eventLoop.scheduleTask(in: timeout) { [weak self] () -> Void in
        self?.fail(ticket, with: AssociationError(.timedOut, "no answer in time"))
      }
      let isWaiting = state.withLock { state in
        guard state.waiter?.ticket == ticket else { return false }
        state.waiter?.timer = timer
        return true
      }
      if !isWaiting { timer.cancel() }
    }
  }

  private func fail(_ ticket: Int?, with error: any Error) {
    let waiter = state.withLock { state -> Waiter? in
      guard let waiter = state.waiter, ticket == nil || waiter.ticket == ticket else { return nil }
      state.waiter = nil
      return waiter
    }
    waiter?.timer?.cancel()
    waiter?.continuation.resume(throwing: error)
  }
}
