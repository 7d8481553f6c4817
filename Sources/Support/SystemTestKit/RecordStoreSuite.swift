// SPDX-License-Identifier: Apache-2.0

import Archive

/// What every store of records must do.
public enum RecordStoreSuite {
  public typealias Case = ConformanceCase<any RecordStore>

  public static let cases: [Case] = [
    Case("an empty store has no records") { store in
      try expect(all(store).count, 0)
      try expect(store.recordFiles(), [])
    },
    Case("records are given back as they were appended") { store in
      let records = (0..<20).map { record($0, size: $0 * 701) }
      for one in records { _ = try store.append(one) }
      try expect(all(store), records)
      try demand(!store.recordFiles().isEmpty, "no file of records")
    },
    Case("only what stands behind the known ends is given") { store in
      var ends: [String: Int64] = [:]
      for number in 0..<5 {
        let place = try store.append(record(number, size: 100))
        if number == 2 { ends[place.file] = place.end }
      }
      try expect(all(store, behind: ends), [record(3, size: 100), record(4, size: 100)])
    },
    Case("places are those that reading tells") { store in
      var places: [RecordPlace] = []
      for number in 0..<4 { places.append(try store.append(record(number, size: 5000))) }
      var found: [RecordPlace] = []
      try store.records(behind: [:]) { found.append($1) }
      try expect(found, places)
      for place in places { try demand(try store.recordFiles().contains(place.file), "\(place.file) is not listed") }
    },
    Case("reading does not end appending") { store in
      _ = try store.append(record(1, size: 10))
      _ = try all(store)
      _ = try store.append(record(2, size: 10))
      try expect(all(store), [record(1, size: 10), record(2, size: 10)])
    },
    Case("records of several threads are all there") { store in
      Threads.run(4) { thread in
        for number in 0..<10 { _ = try? store.append(record(thread * 100 + number, size: 300)) }
      }
      try expect(
        Set(all(store).map(\.name)), Set((0..<4).flatMap { thread in (0..<10).map { "\(thread * 100 + $0)-1" } }))
    },
  ]

  private static func record(_ number: Int, size: Int) -> ArchiveRecord {
    ArchiveRecord(name: "\(number)-1", content: testBytes(size, seed: UInt64(number)))
  }

  private static func all(
    _ store: any RecordStore, behind ends: [String: Int64] = [:]
  ) throws -> [ArchiveRecord] {
    var records: [ArchiveRecord] = []
    try store.records(behind: ends) { record, _ in records.append(record) }
    return records
  }
}
