// SPDX-License-Identifier: Apache-2.0

import Archive
import Foundation
import SegmentStore
import SystemTestKit
import Testing

@Suite struct RecordFilesTests {
  @Test(arguments: RecordStoreSuite.cases) func inFiles(_ requirement: RecordStoreSuite.Case) throws {
    let folder = try ScratchFolder()
    try requirement.run(RecordFiles(root: folder.path))
  }

  @Test(arguments: RecordStoreSuite.cases) func inMemory(_ requirement: RecordStoreSuite.Case) throws {
    try requirement.run(MemoryRecordStore())
  }

  private func record(_ number: Int) -> ArchiveRecord {
    ArchiveRecord(name: "\(1_000_000 + number)-\(number)", content: Array("{\"number\":\(number)}".utf8))
  }

  private func names(_ store: RecordFiles) throws -> [String] {
    var names: [String] = []
    try store.records(behind: [:]) { record, _ in names.append(record.name) }
    return names
  }

  @Test func twoProcessesWriteFilesOfTheirOwn() throws {
    let folder = try ScratchFolder()
    let (one, other) = (try RecordFiles(root: folder.path), try RecordFiles(root: folder.path))
    let places = [try one.append(record(1)), try other.append(record(2)), try one.append(record(3))]
    #expect(places[0].file == places[2].file && places[0].file != places[1].file)
    #expect(Set(try names(one)) == Set((1...3).map { record($0).name }))
  }

  /// At each length that a write may have come to, what was flushed before is read, and the next process goes on.
  @Test func tornEndsAreCut() throws {
    let folder = try ScratchFolder()
    var store: RecordFiles? = try RecordFiles(root: folder.path)
    let first = try #require(try store?.append(record(1)))
    let second = try #require(try store?.append(record(2)))
    store = nil
    let path = folder.path + "/" + second.file
    let whole = try Data(contentsOf: URL(filePath: path))
    for length in stride(from: Int(first.end), to: Int(second.end), by: 173) {
      let copy = try folder.copy()
      let torn = whole.prefix(length) + Data(repeating: 0xA5, count: 300)
      try torn.write(to: URL(filePath: copy.path + "/" + second.file))
      let restarted = try RecordFiles(root: copy.path)
      let found = try names(restarted)
      #expect(found.first == record(1).name && found.count <= 2)
      let place = try restarted.append(record(3))
      #expect(place.file != second.file)
      #expect(try names(restarted) == found + [record(3).name])
    }
  }

  @Test(arguments: TarReadersTests.Reader.allCases.filter { $0.program != nil })
  func tarReadersReadThem(_ reader: TarReadersTests.Reader) throws {
    let folder = try ScratchFolder()
    let store = try RecordFiles(root: folder.path)
    for number in 0..<5 { _ = try store.append(record(number)) }
    let target = try ScratchFolder()
    for file in folder.segments {
      for arguments in [reader.list, reader.extract] {
        let (status, _, errors) = try reader.run(arguments + ["\(folder.path)/\(file)"], in: target.path)
        #expect(status == 0 && errors == "", "\(reader): \(errors)")
      }
    }
    for number in 0..<5 {
      let path = "\(target.path)/records/\(record(number).name).json"
      #expect(try Data(contentsOf: URL(filePath: path)) == Data(record(number).content))
    }
  }
}
