// SPDX-License-Identifier: Apache-2.0

import Archive
import SQLInterface
import SQLStore
import SQLTestKit
import SystemTestKit
import Testing

@Suite struct SQLEventConsumersTests {
  private func filled(_ engine: Engine) throws -> (TemporaryStore, SQLInstanceIndex, [ArchiveEvent]) {
    let temporary = try TemporaryStore(engine)
    let index = SQLInstanceIndex(temporary.database)
    for number in 1...6 { _ = try index.add([RecordBuilder(1, 1, number).record], evenIfIdentical: false) }
    return (temporary, index, try index.events(after: 0, limit: 100))
  }

  @Test(arguments: Engine.available) func positionsGoForwardOnly(_ engine: Engine) throws {
    let (temporary, index, events) = try filled(engine)
    defer { withExtendedLifetime(temporary) {} }
    #expect(try index.position(of: "routing") == nil)
    try index.advance("routing", to: events[3].sequence)
    try index.advance("routing", to: events[1].sequence)
    #expect(try index.position(of: "routing") == events[3].sequence)
    try index.forget(consumer: "routing")
    #expect(try index.position(of: "routing") == nil)
  }

  @Test(arguments: Engine.available) func whatAllHaveTakenIsTrimmed(_ engine: Engine) throws {
    let (temporary, index, events) = try filled(engine)
    defer { withExtendedLifetime(temporary) {} }
    let later = events[5].at + 1
    try index.advance("routing", to: events[3].sequence)
    try index.advance("hl7", to: 0)
    #expect(try index.trimEvents(before: later, limit: 100) == 0)
    try index.advance("hl7", to: events[2].sequence)
    #expect(try index.trimEvents(before: later, limit: 2) == 2)
    #expect(try index.trimEvents(before: later, limit: 2) == 1)
    #expect(try index.events(after: 0, limit: 100) == Array(events[3...]))
    try index.forget(consumer: "hl7")
    try index.forget(consumer: "routing")
    #expect(try index.trimEvents(before: events[4].at, limit: 100) == 1)
    #expect(try index.trimEvents(before: later, limit: 100) == 2)
    // Numbers are never used again.
    _ = try index.add([RecordBuilder(1, 1, 7).record], evenIfIdentical: false)
    let new = try index.events(after: 0, limit: 100)
    #expect(new.count == 1 && new[0].sequence > events[5].sequence)
  }

  @Test(arguments: Engine.available) func newEventsWakeListeners(_ engine: Engine) async throws {
    let (temporary, index, _) = try filled(engine)
    let (stream, told) = AsyncStream.makeStream(of: Void.self)
    let listener = try temporary.database.listen(SQLInstanceIndex.eventChannel) { told.yield() }
    _ = try index.add([RecordBuilder(2).record], evenIfIdentical: false)
    var iterator = stream.makeAsyncIterator()
    #expect(await iterator.next() != nil)
    listener.stop()
  }
}
