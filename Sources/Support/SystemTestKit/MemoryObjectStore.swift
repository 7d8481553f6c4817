// SPDX-License-Identifier: Apache-2.0

import Archive
import Synchronization

/// An object store in memory. It can crash: what was not committed is gone then.
public final class MemoryObjectStore: ObjectStore {
  struct Object {
    var bytes: [UInt8]
    var name: ObjectName
    var storedAt: Int64
  }

  struct State {
    /// In the order of their commits; a revoked one leaves a gap.
    var objects: [Object?] = []
    var isOpen = false
    var writers = 0
  }

  static let file = "memory"
  /// An object's offset is its number times this.
  static let stride: Int64 = 1 << 40

  let state: Mutex<State>
  let maximumWriters: Int
  let faults: FaultPlan

  public init(maximumWriters: Int = 32, faults: FaultPlan = FaultPlan()) {
    self.maximumWriters = maximumWriters
    self.faults = faults
    state = Mutex(State())
  }

  /// What another process finds after this one was killed.
  public func crashed(faults: FaultPlan = FaultPlan()) -> MemoryObjectStore {
    let store = MemoryObjectStore(maximumWriters: maximumWriters, faults: faults)
    let objects = state.withLock { $0.objects }
    store.state.withLock { $0.objects = objects }
    return store
  }

  public func recover(
    indexedEnds: [String: Int64], each: (RecoveredObject) throws -> Void
  ) throws -> StoreRecovery {
    let end = indexedEnds[Self.file] ?? 0
    var recovery = StoreRecovery()
    recovery.filesRead = 1
    for (number, object) in state.withLock({ $0.objects }).enumerated() {
      guard let object, Int64(number) * Self.stride >= end else { continue }
      recovery.objects += 1
      try each(RecoveredObject(extent: extent(number, object), storedAt: object.storedAt))
    }
    state.withLock { $0.isOpen = true }
    return recovery
  }

  public func takeWriter() throws -> any ObjectWriter {
    try faults.step()
    return try state.withLock { state in
      guard state.isOpen else { throw ArchiveError(.misuse, "the store is not open") }
      guard state.writers < maximumWriters else { throw ArchiveError(.tooManyWriters, "all writers are busy") }
      state.writers += 1
      return MemoryObjectWriter(self)
    }
  }

  public func read(
    _ file: String, offset: Int64, count: Int64, _ piece: (UnsafeRawBufferPointer) throws -> Void
  ) throws {
    try faults.step()
    let number = Int(offset / Self.stride)
    let start = Int(offset % Self.stride)
    let object = state.withLock { state in state.objects.indices.contains(number) ? state.objects[number] : nil }
    guard file == Self.file, let object else {
      throw ArchiveError(.missing, "no such object", file: file, offset: offset)
    }
    guard start + Int(count) <= object.bytes.count else {
      throw ArchiveError(.damaged, "the object is shorter", file: file)
    }
    try object.bytes.withUnsafeBytes { bytes in
      // In two pieces, so that callers do not come to rely on one.
      let middle = start + Int(count) / 2
      if middle > start { try piece(UnsafeRawBufferPointer(rebasing: bytes[start..<middle])) }
      if count > 0 { try piece(UnsafeRawBufferPointer(rebasing: bytes[middle..<start + Int(count)])) }
    }
  }

  public func checksum(of bytes: UnsafeRawBufferPointer, following checksum: UInt32) -> UInt32 {
    Self.crc32c(checksum, bytes)
  }

  public func checksum(_ file: String, offset: Int64, count: Int64) throws -> UInt32 {
    var checksum: UInt32 = 0
    try read(file, offset: offset, count: count) { checksum = Self.crc32c(checksum, $0) }
    return checksum
  }

  public func close() throws {
    state.withLock { $0.isOpen = false }
  }

  func extent(_ number: Int, _ object: Object) -> ObjectExtent {
    ObjectExtent(
      file: Self.file, offset: Int64(number) * Self.stride, length: Int64(object.bytes.count),
      checksum: object.bytes.withUnsafeBytes { Self.crc32c(0, $0) })
  }

  private static let table: [UInt32] = (0..<256).map { value in
    (0..<8).reduce(UInt32(value)) { crc, _ in crc & 1 == 1 ? crc >> 1 ^ 0x82F6_3B78 : crc >> 1 }
  }

  /// CRC-32C of bytes that follow those whose checksum is `crc`.
  static func crc32c(_ crc: UInt32, _ bytes: UnsafeRawBufferPointer) -> UInt32 {
    var crc = ~crc
    table.withUnsafeBufferPointer { table in
      for byte in bytes { crc = crc >> 8 ^ table[Int(UInt8(truncatingIfNeeded: crc) ^ byte)] }
    }
    return ~crc
  }
}

/// A writer of a `MemoryObjectStore`.
final class MemoryObjectWriter: ObjectWriter {
  private let store: MemoryObjectStore
  private var bytes: [UInt8] = []
  private var headLength = 0
  private var isPending = false
  private var committed: Int?

  init(_ store: MemoryObjectStore) { self.store = store }

  var count: Int64 { Int64(bytes.count) }

  var bodyChecksum: UInt32 {
    bytes.withUnsafeBytes { MemoryObjectStore.crc32c(0, UnsafeRawBufferPointer(rebasing: $0[headLength...])) }
  }

  func begin(head: UnsafeRawBufferPointer) throws {
    guard !isPending else { throw ArchiveError(.misuse, "an object is being written") }
    bytes = Array(head)
    headLength = head.count
    isPending = true
    committed = nil
  }

  func withSpace(_ minimum: Int, _ fill: (UnsafeMutableRawBufferPointer) throws -> Int) throws {
    guard isPending else { throw ArchiveError(.misuse, "no object was begun") }
    guard minimum <= ObjectWriterLimits.space else {
      throw ArchiveError(.misuse, "asked for \(minimum) bytes of space")
    }
    try store.faults.step()
    bytes += try [UInt8](unsafeUninitializedCapacity: max(minimum, 4096)) { buffer, count in
      count = try fill(UnsafeMutableRawBufferPointer(buffer))
    }
  }

  func readBack(from: Int64, count: Int64, _ piece: (UnsafeRawBufferPointer) throws -> Void) throws {
    guard from >= 0, count >= 0, from + count <= self.count else { throw ArchiveError(.misuse, "range outside") }
    try bytes.withUnsafeBytes { try piece(UnsafeRawBufferPointer(rebasing: $0[Int(from)..<Int(from + count)])) }
  }

  func commit(_ name: ObjectName) throws -> ObjectExtent {
    guard isPending else { throw ArchiveError(.misuse, "no object was begun") }
    try store.faults.step()
    let object = MemoryObjectStore.Object(bytes: bytes, name: name, storedAt: 1_000_000)
    let number = store.state.withLock { state in
      state.objects.append(object)
      return state.objects.count - 1
    }
    isPending = false
    committed = number
    // A crash may come after the bytes are durable as well.
    try store.faults.step()
    return store.extent(number, object)
  }

  func rename(_ name: ObjectName) throws {
    guard let committed else { throw ArchiveError(.misuse, "no object was committed") }
    try store.faults.step()
    store.state.withLock { $0.objects[committed]?.name = name }
  }

  func revoke() throws {
    if let committed {
      try store.faults.step()
      store.state.withLock { $0.objects[committed] = nil }
    }
    isPending = false
    committed = nil
  }

  func giveBack() {
    isPending = false
    store.state.withLock { $0.writers -= 1 }
  }
}
