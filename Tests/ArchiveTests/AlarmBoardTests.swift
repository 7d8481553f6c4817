// SPDX-License-Identifier: Apache-2.0

import Archive
import Synchronization
import SystemTestKit
import Testing

@Suite struct AlarmBoardTests {
  private final class Time: Sendable {
    private let value = Atomic<Int64>(0)
    @Sendable func next() -> Int64 { value.add(1, ordering: .relaxed).newValue }
  }

  @Test(arguments: AlarmListSuite.cases)
  func theListInMemoryConforms(_ conformance: ConformanceCase<any AlarmList>) throws {
    try conformance.run(MemoryAlarmList())
  }

  @Test func anAlarmStandsFromFirstToLast() throws {
    let list = MemoryAlarmList()
    let board = AlarmBoard(list: list, now: Time().next)
    board.clear(.storageFull)
    board.raise(.storageFull, .critical, "no room")
    board.raise(.storageFull, .critical, "still no room")
    board.raise(.storageLow, .warning, "little room")
    #expect(board.open.map(\.kind) == [.storageFull, .storageLow])
    #expect(board.open.first?.count == 2 && board.open.first?.firstAt == 1 && board.open.first?.lastAt == 2)
    #expect(board.open.first?.reason == "still no room")
    try board.flush()
    board.clear(.storageFull)
    #expect(!board.isOpen(.storageFull) && board.isOpen(.storageLow))
    try board.flush()
    let kept = try list.alarms(onlyOpen: false, limit: 10)
    #expect(kept.map(\.kind) == [.storageLow, .storageFull] && kept.last?.clearedAt != nil)
    board.raise(.storageFull, .critical, "again")
    #expect(board.open.first?.count == 1)
  }

  @Test func whatTheDatabaseDoesNotTakeIsKept() throws {
    let list = MemoryAlarmList()
    let board = AlarmBoard(list: list)
    list.fail(ArchiveError(.indexUnavailable, "locked"))
    board.raise(.indexUnavailable, .critical, "locked")
    #expect(throws: ArchiveError.self) { try board.flush() }
    #expect(board.isOpen(.indexUnavailable))
    list.fail(nil)
    try board.flush()
    #expect(try list.alarms(onlyOpen: true, limit: 10).count == 1)
  }

  @Test func whatWasOpenIsTakenOver() throws {
    let list = MemoryAlarmList()
    let before = AlarmBoard(list: list)
    before.raise(.storageFailed, .critical, subject: "hot/1.tar", "I/O error")
    try before.flush()
    let after = AlarmBoard(list: list)
    try after.load()
    #expect(after.open.map(\.subject) == ["hot/1.tar"])
    after.clear(.storageFailed, subject: nil)
    try after.flush()
    #expect(try list.alarms(onlyOpen: true, limit: 10).isEmpty)
  }

  @Test func manySubjectsBecomeOneAlarm() {
    let board = AlarmBoard()
    for number in 0..<5000 { board.raise(.storageFailed, .critical, subject: "file \(number)", "I/O error") }
    #expect(board.open.count <= 201)
    #expect(board.open.contains { $0.subject.isEmpty && $0.count > 4000 })
  }
}
