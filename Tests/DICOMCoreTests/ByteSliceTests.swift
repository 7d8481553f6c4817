// SPDX-License-Identifier: Apache-2.0

import DICOMCore
import Synchronization
import Testing

struct ByteSliceTests {
  @Test func partsShareTheBytes() {
    let slice = ByteSlice([1, 2, 3, 4, 5])
    let part = slice[1..<4]
    #expect(part.array == [2, 3, 4])
    #expect(part[1..<2].array == [3])
    #expect(part[2] == 4)
    #expect(part.storage === slice.storage)
    #expect(slice[5..<5].isEmpty)
    #expect(ByteSlice.empty.array == [])
  }

  @Test func equalityIsOfBytes() {
    let slice = ByteSlice([1, 2, 1, 2])
    #expect(slice[0..<2] == slice[2..<4])
    #expect(slice[0..<2].hashValue == slice[2..<4].hashValue)
    #expect(slice[0..<2] != slice[1..<3])
    #expect(slice[0..<2] != slice[0..<3])
  }

  @Test func storageIsReleasedOnce() {
    let memory = UnsafeMutableRawPointer.allocate(byteCount: 4, alignment: 1)
    memory.initializeMemory(as: UInt8.self, repeating: 7, count: 4)
    var slice: ByteSlice? = ByteSlice(
      ByteStorage(base: memory, count: 4) { base, _ in
        base.deallocate()
        Released.count.add(1, ordering: .relaxed)
      })
    var part = slice?[1..<3]
    slice = nil
    #expect(part?.array == [7, 7])
    #expect(Released.count.load(ordering: .relaxed) == 0)
    part = nil
    #expect(Released.count.load(ordering: .relaxed) == 1)
  }

  private enum Released {
    static let count = Atomic(0)
  }
}
