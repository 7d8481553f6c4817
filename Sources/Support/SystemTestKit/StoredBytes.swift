// SPDX-License-Identifier: Apache-2.0

import Archive
import DICOMCore

/// Bytes that were committed, and where they should stand.
struct StoredBytes: Sendable {
  let bytes: [UInt8]
  let extent: ObjectExtent

  func check(in store: any ObjectStore, line: UInt = #line) throws {
    try demand(try store.bytes(extent) == bytes, "\(bytes.count) bytes at \(extent) differ", line: line)
  }
}

func testName(_ number: Int) -> ObjectName {
  ObjectName(study: "1.2.3", series: UID("1.2.3.\(number / 10)"), instance: UID("1.2.3.4.\(number)"))
}

extension ObjectStore {
  func bytes(_ extent: ObjectExtent) throws -> [UInt8] {
    try bytes(extent, from: 0, count: Int(extent.length))
  }

  func bytes(_ extent: ObjectExtent, from: Int, count: Int) throws -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(count)
    try read(extent.file, offset: extent.offset + Int64(from), count: Int64(count)) { bytes.append(contentsOf: $0) }
    return bytes
  }
}

extension ObjectWriter {
  /// Begins an object of a head of 300 bytes, if there are so many, and `size` bytes in all, and checks the checksum
  /// of the rest.
  func pend(size: Int, number: Int) throws -> [UInt8] {
    let bytes = testBytes(size, seed: UInt64(number) << 32 | UInt64(size))
    let head = min(size, 300)
    try bytes.withUnsafeBytes { all in
      try begin(head: UnsafeRawBufferPointer(rebasing: all[..<head]))
      try append(UnsafeRawBufferPointer(rebasing: all[head...]))
      let expected = MemoryObjectStore.crc32c(0, UnsafeRawBufferPointer(rebasing: all[head...]))
      try demand(bodyChecksum == expected, "checksum of the body differs")
    }
    return bytes
  }

  func put(size: Int, number: Int) throws -> StoredBytes {
    let bytes = try pend(size: size, number: number)
    let extent = try commit(testName(number))
    try demand(extent.length == Int64(size), "\(extent.length) bytes of \(size)")
    try demand(extent.checksum == bytes.withUnsafeBytes { MemoryObjectStore.crc32c(0, $0) }, "checksum differs")
    return StoredBytes(bytes: bytes, extent: extent)
  }

  /// All bytes of the pending or last object, asked for in two ranges, the second one first.
  func backwards() throws -> [UInt8] {
    let middle = count / 3
    var bytes: [[UInt8]] = [[], []]
    try readBack(from: middle, count: count - middle) { bytes[1].append(contentsOf: $0) }
    try readBack(from: 0, count: middle) { bytes[0].append(contentsOf: $0) }
    return bytes[0] + bytes[1]
  }
}
