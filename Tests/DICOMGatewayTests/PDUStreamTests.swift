// SPDX-License-Identifier: Apache-2.0

import DICOMNetwork
import Foundation
import Testing

@testable import DICOMGateway

@Suite struct PDUStreamTests {
  /// A stream to read from, and the peer's end of it.
  private func pair(limits: PDULimits = PDULimits()) -> (stream: PDUStream, peer: BlockingSocket) {
    var descriptors: [Int32] = [0, 0]
    #if canImport(Darwin)
      _ = socketpair(AF_UNIX, SOCK_STREAM, 0, &descriptors)
    #else
      _ = socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0, &descriptors)
    #endif
    return (
      PDUStream(BlockingSocket(adopting: descriptors[0]), limits: limits), BlockingSocket(adopting: descriptors[1])
    )
  }

  @Test func payloadsAndHeadersAlternateWhateverTheirSize() throws {
    let (stream, peer) = pair()
    let sizes = [0, 1, 7, 16_372, 16_384, 40_000, 130_000, 2]
    let writer = Thread {
      for size in sizes {
        let header = PresentationDataValueHeader(contextID: 1, isCommand: false, isLast: false, count: size)
        try? peer.write(header.pduBytes + (0..<size).map { UInt8(truncatingIfNeeded: $0) })
      }
      peer.shutdown()
    }
    writer.start()
    for size in sizes {
      let header = try stream.readHeader()
      #expect(header.kind == .data)
      let value = try stream.readValueHeader(remaining: header.length)
      #expect(value.count == size)
      let target = UnsafeMutableRawBufferPointer.allocate(byteCount: max(size, 1), alignment: 1)
      defer { target.deallocate() }
      try stream.readPayload(UnsafeMutableRawBufferPointer(rebasing: target[..<size]))
      #expect((0..<size).allSatisfy { target[$0] == UInt8(truncatingIfNeeded: $0) })
    }
    #expect(throws: AssociationEnd.self) { try stream.readHeader() }
  }

  @Test func whatIsHeldLeavesWithTheNextOrBeforeWaiting() throws {
    let (stream, peer) = pair()
    let target = UnsafeMutableRawBufferPointer.allocate(byteCount: 64, alignment: 1)
    defer { target.deallocate() }
    try stream.hold([1, 2, 3])
    #expect(!peer.isReadable(within: 0))
    try stream.write([4, 5])
    #expect(try peer.read(target) == 5)
    #expect(Array(target[..<5]) == [1, 2, 3, 4, 5])
    try stream.hold([6])
    try peer.write([4, 0, 0, 0, 0, 0])
    #expect(stream.isReadable(within: 0) && !peer.isReadable(within: 0))
    _ = try stream.readHeader()
    #expect(try peer.read(target) == 1)
    #expect(target[0] == 6)
  }

  @Test func moreHeldThanTheBoundLeaves() throws {
    let (stream, peer) = pair()
    try stream.hold([UInt8](repeating: 7, count: 17 * 1024))
    #expect(peer.isReadable(within: 0))
  }

  @Test func aLengthOverTheLimitAndAnUnknownTypeAreViolations() throws {
    let (stream, peer) = pair(limits: PDULimits(maximumDataLength: 1000))
    try peer.write([4, 0, 0x7F, 0xFF, 0xFF, 0xFF])
    #expect {
      try stream.readHeader()
    } throws: { error in
      if case .violation = error as? AssociationEnd { true } else { false }
    }
    let (other, otherPeer) = pair()
    try otherPeer.write([0x42, 0, 0, 0, 0, 0])
    #expect {
      try other.readHeader()
    } throws: { error in
      if case .violation(_, .unrecognizedPDU) = error as? AssociationEnd { true } else { false }
    }
  }
}
