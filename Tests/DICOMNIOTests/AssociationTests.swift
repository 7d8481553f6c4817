// SPDX-License-Identifier: Apache-2.0

import DICOMCore
import DICOMNIO
import DICOMNetwork
import DICOMServices
import NIOCore
import NIOPosix
import Testing

/// Client and listener against each other over real sockets.
@Suite(.timeLimit(.minutes(1)))
struct AssociationTests {
  @Test func echoAndRelease() async throws {
    try await Loopback.with { port in
      let association = try await Loopback.connect(port)
      #expect(try await association.echo() == .success)
      #expect(try await association.echo() == .success)
      try await association.release()
      let error = await #expect(throws: AssociationError.self) { try await association.echo() }
      #expect(error?.code == .notEstablished)
    }
  }

  @Test(arguments: [0, 1, 16372, 16378, 16379, 100_001, 3_000_000])
  func storedBytesArriveAsTheyAre(count: Int) async throws {
    let store = MemoryStore()
    let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 31 >> 3) }
    try await Loopback.with(storage: store) { port in
      let association = try await Loopback.connect(port)
      let response = try await association.store(Loopback.operation("1.2.3"), from: ByteSlice(bytes))
      #expect(response.status == .success)
      try await association.release()
    }
    #expect(store["1.2.3"]?.bytes == bytes)
    #expect(store["1.2.3"]?.request.affectedSOPClassUID == Loopback.ct)
    #expect(store["1.2.3"]?.request.transferSyntax == Loopback.explicit)
    #expect(store["1.2.3"]?.request.callingAETitle == "TEST")
  }

  @Test func manyAssociationsAtOnce() async throws {
    let store = MemoryStore()
    try await Loopback.with(storage: store) { port in
      try await withThrowingTaskGroup(of: Void.self) { group in
        for number in 0..<12 {
          group.addTask {
            let association = try await Loopback.connect(port)
            for index in 0..<5 {
              let bytes = [UInt8](repeating: UInt8(number), count: 40_000 + index)
              let operation = Loopback.operation(UID("1.2.\(number).\(index)"))
              #expect(try await association.store(operation, from: ByteSlice(bytes)).status == .success)
            }
            try await association.release()
          }
        }
        try await group.waitForAll()
      }
    }
    for number in 0..<12 {
      for index in 0..<5 {
        #expect(
          store[UID("1.2.\(number).\(index)")]?.bytes == [UInt8](repeating: UInt8(number), count: 40_000 + index))
      }
    }
  }

  @Test func unreadBodyIsPassedOver() async throws {
    try await Loopback.with(storage: MemoryStore(.ignoreBody)) { port in
      let association = try await Loopback.connect(port)
      let bytes = ByteSlice([UInt8](repeating: 7, count: 2_000_000))
      for _ in 0..<3 {
        #expect(try await association.store(Loopback.operation("1.2"), from: bytes).status == .success)
      }
      #expect(try await association.echo() == .success)
      try await association.release()
    }
  }

  @Test func failureStatusLeavesTheAssociationUsable() async throws {
    try await Loopback.with(storage: MemoryStore(.refuse)) { port in
      let association = try await Loopback.connect(port)
      let response = try await association.store(Loopback.operation("1.2"), from: ByteSlice([1, 2]))
      #expect(response.status.rawValue == 0xC000)
      #expect(response.errorComment == "no")
      #expect(response.offendingElement == [Tag(0x0008, 0x0018)])
      #expect(try await association.echo() == .success)
      try await association.release()
    }
  }

  @Test func contextThatWasNotAccepted() async throws {
    try await Loopback.with(storage: MemoryStore()) { port in
      let contexts = PresentationContext.numbered([("1.2.3.4", [Loopback.explicit.uid])])
      let association = try await Loopback.connect(port, contexts: contexts)
      let error = await #expect(throws: AssociationError.self) { try await association.echo() }
      #expect(error?.code == .contextNotAccepted(Loopback.verification))
      try await association.release()
    }
  }

  @Test func rejection() async throws {
    try await Loopback.with { port in
      let error = await #expect(throws: AssociationError.self) { try await Loopback.connect(port, called: "OTHER") }
      #expect(error?.code == .rejected(AssociateRJ(result: 1, source: 1, reason: 7)))
    }
  }

  @Test func overTheLimit() async throws {
    var options = Loopback.options()
    options.maximumAssociations = 1
    try await Loopback.with(options) { port in
      let first = try await Loopback.connect(port)
      let error = await #expect(throws: AssociationError.self) { try await Loopback.connect(port) }
      #expect(error?.code == .rejected(AssociateRJ(result: 2, source: 3, reason: 2)))
      #expect(try await first.echo() == .success)
      try await first.release()
    }
  }

  @Test func inactivityAborts() async throws {
    var options = Loopback.options()
    options.inactivityTimeout = .milliseconds(100)
    let ends = Loopback.observeEnds(&options)
    try await Loopback.with(options) { port in
      let association = try await Loopback.connect(port)
      #expect(await ends.first { _ in true } == "no answer in time")
      let error = await #expect(throws: AssociationError.self) { try await association.echo() }
      #expect(error?.code == .aborted(.byUser))
    }
  }

  @Test func nobodyListens() async throws {
    let port = try await Loopback.with { $0 }
    let error = await #expect(throws: AssociationError.self) { try await Loopback.connect(port) }
    #expect(error?.code == .connectFailed)
  }

  @Test func peerThatNeverAnswers() async throws {
    let server = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
      .bind(host: "127.0.0.1", port: 0).get()
    var options = AssociationOptions()
    options.associateTimeout = .milliseconds(100)
    let error = await #expect(throws: AssociationError.self) {
      try await Loopback.connect(server.localAddress?.port ?? 0, options: options)
    }
    #expect(error?.code == .timedOut)
    try await server.close()
  }

  @Test func cancellingAnOperationAborts() async throws {
    var options = Loopback.options()
    let reasons = Loopback.observeEnds(&options)
    struct SlowSource: DataSetSource {
      let byteCount: Int64 = 1_000_000_000
      func read(_ range: Range<Int64>) async throws -> ByteSlice {
        try await Task.sleep(for: .milliseconds(20))
        return ByteSlice([UInt8](repeating: 0, count: range.count))
      }
    }
    try await Loopback.with(options, storage: MemoryStore()) { port in
      let association = try await Loopback.connect(port)
      let task = Task { try await association.store(Loopback.operation("1.2"), from: SlowSource()) }
      try await Task.sleep(for: .milliseconds(200))
      task.cancel()
      await #expect(throws: (any Error).self) { try await task.value }
      let reason = await reasons.first { _ in true }
      #expect(reason?.contains("aborted by the service user") == true, "\(reason ?? "none")")
    }
  }
}
