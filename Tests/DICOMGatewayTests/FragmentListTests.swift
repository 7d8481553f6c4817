// SPDX-License-Identifier: Apache-2.0

import DICOMNetwork
import Testing

@testable import DICOMGateway

@Suite struct FragmentListTests {
  /// The fragments of pieces of these sizes, as a receiver finds them.
  private func fragments(_ sizes: [Int], maximumLength: Int, isLast: Bool) throws -> [(isLast: Bool, bytes: [UInt8])] {
    var next: UInt8 = 0
    let pieces = sizes.map { size in
      (0..<size).map { _ -> UInt8 in
        next &+= 1
        return next
      }
    }
    let memory = pieces.map { piece in
      let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: max(piece.count, 1), alignment: 1)
      memory.copyBytes(from: piece)
      return memory
    }
    defer { for each in memory { each.deallocate() } }
    let list = FragmentList(
      zip(memory, sizes).map { UnsafeRawBufferPointer(rebasing: $0[..<$1]) }, maximumLength: maximumLength
    ) { PresentationDataValueHeader(contextID: 3, isCommand: false, isLast: isLast && $1, count: $0) }
    var found: [(isLast: Bool, bytes: [UInt8])] = []
    let all = list.joined
    try all.withUnsafeBytes { all in
      var position = 0
      while position < all.count {
        let header = try PresentationDataValueHeader(
          UnsafeRawBufferPointer(rebasing: all[(position + PDUHeader.byteCount)...]),
          remaining: all.count - position - PDUHeader.byteCount, offset: position)
        #expect(header.contextID == 3 && !header.isCommand)
        let start = position + PresentationDataValueHeader.pduByteCount
        position = start + header.count
        found.append((header.isLast, Array(all[start..<position])))
      }
    }
    return found
  }

  @Test(arguments: [[5], [0], [], [4, 4, 4], [3, 0, 9], [100], [8, 8], [1, 7, 8, 9]])
  func allBytesComeInOrder(_ sizes: [Int]) throws {
    let total = sizes.reduce(0, +)
    let expected = (0..<total).map { UInt8(truncatingIfNeeded: $0 + 1) }
    for isLast in [true, false] {
      let found = try fragments(sizes, maximumLength: 8, isLast: isLast)
      #expect(found.flatMap(\.bytes) == expected)
      #expect(found.count == max((total + 7) / 8, 1))
      #expect(found.dropLast().allSatisfy { $0.bytes.count == 8 && !$0.isLast })
      #expect(found.last?.isLast == isLast)
    }
  }
}
