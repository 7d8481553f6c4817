// SPDX-License-Identifier: Apache-2.0

import Archive
import DICOMCore
import Synchronization

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// What every `ObjectStore` has to do. An implementation runs each case on a fresh store.
public struct ObjectStoreSuite: Sendable {
  public enum Case: String, CaseIterable, Sendable {
    case keepsWhatWasCommitted, readsRanges, readsBack, revokesPending, revokesCommitted, renames
    case recoversWhatIsNotIndexed, skipsWhatIsIndexed, forgetsWhatWasNotCommitted, acceptsManyWriters
    case limitsWriters, refusesMisuse
  }

  /// Sizes around every bound that matters to files, and some larger than a buffer.
  public static let sizes = [
    0, 1, 2, 447, 448, 449, 511, 512, 513, 3000, 3583, 3584, 3585, 4095, 4096, 4097, 7680, 65_536, 262_144, 1_000_003,
    1_048_576, 1_048_577, 2_500_001, 5_000_000,
  ]

  /// A new, empty store with at most 8 writers that does not wait for one; `recover` was not called.
  private let make: @Sendable () throws -> any ObjectStore
  /// What another process finds after the one that had the store was killed.
  private let crash: @Sendable (any ObjectStore) throws -> any ObjectStore
  private let largest: Int

  /// - Parameter largest: larger objects are left out.
  public init(
    largest: Int = .max, make: @escaping @Sendable () throws -> any ObjectStore,
    crash: @escaping @Sendable (any ObjectStore) throws -> any ObjectStore
  ) {
    self.largest = largest
    self.make = make
    self.crash = crash
  }

  public func run(_ conformance: Case) throws {
    let store = try make()
    if conformance == .refusesMisuse { try demandMisuse(store) { _ = try store.takeWriter() } }
    _ = try store.recover(indexedEnds: [:]) { _ in throw ConformanceFailure("a new store holds something") }
    switch conformance {
    case .keepsWhatWasCommitted: try keepsWhatWasCommitted(store)
    case .readsRanges: try readsRanges(store)
    case .readsBack: try readsBack(store)
    case .revokesPending: try revokesPending(store)
    case .revokesCommitted: try revokesCommitted(store)
    case .renames: try renames(store)
    case .recoversWhatIsNotIndexed: try recoversWhatIsNotIndexed(store)
    case .skipsWhatIsIndexed: try skipsWhatIsIndexed(store)
    case .forgetsWhatWasNotCommitted: try forgetsWhatWasNotCommitted(store)
    case .acceptsManyWriters: try acceptsManyWriters(store)
    case .limitsWriters: try limitsWriters(store)
    case .refusesMisuse: try refusesMisuse(store)
    }
  }

  private var sizes: [Int] { Self.sizes.filter { $0 <= largest } }

  private func keepsWhatWasCommitted(_ store: any ObjectStore) throws {
    let writer = try store.takeWriter()
    var stored: [StoredBytes] = []
    for (number, size) in sizes.enumerated() {
      stored.append(try writer.put(size: size, number: number))
      if number % 3 == 0 { try stored[number].check(in: store) }
    }
    writer.giveBack()
    for object in stored { try object.check(in: store) }
    try store.close()
    for object in stored { try object.check(in: store) }
  }

  private func readsRanges(_ store: any ObjectStore) throws {
    let writer = try store.takeWriter()
    let object = try writer.put(size: min(largest, 1_500_000), number: 1)
    writer.giveBack()
    let length = object.bytes.count
    for (from, count) in [
      (0, 0), (0, 1), (length - 1, 1), (length, 0), (1, 511), (511, 2), (4095, 2), (262_143, 3), (12_345, 700_000),
    ] where from + count <= length {
      let bytes = try store.bytes(object.extent, from: from, count: count)
      try demand(bytes == Array(object.bytes[from..<from + count]), "range \(from), \(count) differs")
      let (file, offset) = (object.extent.file, object.extent.offset + Int64(from))
      store.prepare(file, offset: offset, count: Int64(count))
      var together: [UInt8] = []
      try store.readTogether(file, offset: offset, count: Int64(count)) { for piece in $0 { together += piece } }
      try demand(together == bytes, "range \(from), \(count) differs where several pieces come at once")
      let checksum = try store.checksum(
        object.extent.file, offset: object.extent.offset + Int64(from), count: Int64(count))
      try demand(checksum == bytes.withUnsafeBytes { MemoryObjectStore.crc32c(0, $0) }, "checksum of a range differs")
    }
  }

  private func readsBack(_ store: any ObjectStore) throws {
    let writer = try store.takeWriter()
    for (number, size) in sizes.enumerated() {
      let bytes = try writer.pend(size: size, number: number)
      try demand(writer.count == Int64(bytes.count), "count is \(writer.count) of \(bytes.count)")
      try demand(try writer.backwards() == bytes, "\(size) bytes pending are read back differently")
      _ = try writer.commit(testName(number))
      try demand(try writer.backwards() == bytes, "\(size) bytes committed are read back differently")
    }
    writer.giveBack()
  }

  private func revokesPending(_ store: any ObjectStore) throws {
    let writer = try store.takeWriter()
    let before = try writer.put(size: 1000, number: 1)
    for size in sizes {
      _ = try writer.pend(size: size, number: 2)
      try writer.revoke()
    }
    let after = try writer.put(size: 70_000, number: 3)
    _ = try writer.pend(size: 1000, number: 4)
    writer.giveBack()
    try demandObjects([before, after], in: try crash(store), indexedEnds: [:])
  }

  private func revokesCommitted(_ store: any ObjectStore) throws {
    let writer = try store.takeWriter()
    _ = try writer.put(size: 5000, number: 0)
    try writer.revoke()
    let before = try writer.put(size: 1000, number: 1)
    _ = try writer.put(size: min(largest, 3_000_000), number: 2)
    try writer.revoke()
    let after = try writer.put(size: 70_000, number: 3)
    _ = try writer.put(size: 900, number: 4)
    try writer.revoke()
    writer.giveBack()
    try before.check(in: store)
    try after.check(in: store)
    try demandObjects([before, after], in: try crash(store), indexedEnds: [:])
  }

  private func renames(_ store: any ObjectStore) throws {
    let writer = try store.takeWriter()
    var objects: [StoredBytes] = []
    for (number, size) in [100, min(largest, 2_000_000)].enumerated() {
      objects.append(try writer.put(size: size, number: number))
      var name = testName(number)
      name.version = 2
      try writer.rename(name)
      try objects[number].check(in: store)
    }
    writer.giveBack()
    try demandObjects(objects, in: try crash(store), indexedEnds: [:])
  }

  private func recoversWhatIsNotIndexed(_ store: any ObjectStore) throws {
    let writer = try store.takeWriter()
    let objects = try sizes.enumerated().map { try writer.put(size: $1, number: $0) }
    let killed = try crash(store)
    try demandObjects(objects, in: killed, indexedEnds: [:])
    // What was recovered is there for good, and new objects find their place.
    let other = try killed.takeWriter()
    let more = try other.put(size: 4000, number: 99)
    other.giveBack()
    let again = try crash(killed)
    var found = 0
    _ = try again.recover(indexedEnds: [:]) { _ in found += 1 }
    try demand(found == objects.count + 1, "\(found) objects after two crashes")
    for object in objects + [more] { try object.check(in: again) }
    writer.giveBack()
  }

  private func skipsWhatIsIndexed(_ store: any ObjectStore) throws {
    let writer = try store.takeWriter()
    let indexed = try writer.put(size: 10_000, number: 1)
    let fresh = try writer.put(size: 20_000, number: 2)
    let end = indexed.extent.offset + indexed.extent.length
    try demandObjects([fresh], in: try crash(store), indexedEnds: [indexed.extent.file: end])
    writer.giveBack()
  }

  private func forgetsWhatWasNotCommitted(_ store: any ObjectStore) throws {
    let writer = try store.takeWriter()
    let kept = try writer.put(size: 10_000, number: 1)
    _ = try writer.pend(size: min(largest, 4_000_000), number: 2)
    try demandObjects([kept], in: try crash(store), indexedEnds: [:])
    writer.giveBack()
  }

  private func acceptsManyWriters(_ store: any ObjectStore) throws {
    let results = Mutex<[Result<[StoredBytes], any Error>]>([])
    let limit = largest
    Threads.run(8) { thread in
      let result = Result {
        var generator = SeededGenerator(seed: UInt64(thread))
        return try (0..<6).map { turn in
          let writer = try store.takeWriter()
          defer { writer.giveBack() }
          let size = Int.random(in: 0...[2000, 100_000, min(limit, 2_000_000)][turn % 3], using: &generator)
          let object = try writer.put(size: size, number: thread * 100 + turn)
          try object.check(in: store)
          return object
        }
      }
      results.withLock { $0.append(result) }
    }
    let objects = try results.withLock { $0 }.flatMap { try $0.get() }
    for object in objects { try object.check(in: store) }
    try demandObjects(objects, in: try crash(store), indexedEnds: [:])
  }

  private func limitsWriters(_ store: any ObjectStore) throws {
    let writers = try (0..<8).map { _ in try store.takeWriter() }
    do {
      _ = try store.takeWriter()
      throw ConformanceFailure("a ninth writer was given")
    } catch let error as ArchiveError {
      try demand(error.code == .tooManyWriters, "\(error)")
    }
    writers[3].giveBack()
    try store.takeWriter().giveBack()
    for (number, writer) in writers.enumerated() where number != 3 { writer.giveBack() }
  }

  private func refusesMisuse(_ store: any ObjectStore) throws {
    let writer = try store.takeWriter()
    try demandMisuse(store) { try writer.withSpace(1) { _ in 0 } }
    try demandMisuse(store) { _ = try writer.commit(testName(1)) }
    _ = try writer.pend(size: 10, number: 1)
    try demandMisuse(store) { try writer.withSpace(ObjectWriterLimits.space + 1) { _ in 0 } }
    try demandMisuse(store) { try writer.readBack(from: 0, count: writer.count + 1) { _ in } }
    try demandMisuse(store) { _ = try writer.pend(size: 10, number: 1) }
    writer.giveBack()
    do {
      try store.read("no/such/file", offset: 0, count: 1) { _ in }
      throw ConformanceFailure("a file that is not there was read")
    } catch let error as ArchiveError {
      try demand(error.code == .missing, "\(error)")
    }
    try store.close()
    try demandMisuse(store) { _ = try store.takeWriter() }
  }

  private func demandMisuse(_ store: any ObjectStore, _ step: () throws -> Void) throws {
    do {
      try step()
    } catch let error as ArchiveError where error.code == .misuse {
      return
    }
    throw ConformanceFailure("misuse was let pass")
  }

  private func demandObjects(
    _ expected: [StoredBytes], in store: any ObjectStore, indexedEnds: [String: Int64]
  ) throws {
    var found: Set<ObjectExtent> = []
    let recovery = try store.recover(indexedEnds: indexedEnds) { found.insert($0.extent) }
    try demand(found == Set(expected.map(\.extent)), "\(found.count) objects recovered, not \(expected.count)")
    try demand(recovery.objects == expected.count, "\(recovery)")
    for object in expected { try object.check(in: store) }
  }
}
