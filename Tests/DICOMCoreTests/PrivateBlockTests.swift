// SPDX-License-Identifier: Apache-2.0

import DICOMCore
import Testing

import struct DICOMCore.Tag

struct PrivateBlockTests {
  @Test func areFoundByCreator() {
    var dataSet = DataSet()
    dataSet.set(Tag(0x0029, 0x0010), .LO, "SIEMENS CSA HEADER")
    dataSet.set(Tag(0x0029, 0x00E1), .LO, "SIEMENS MEDCOM HEADER ")
    dataSet.set(Tag(0x0029, 0xE108), .LO, "x")
    #expect(dataSet.privateBlocks.map(\.number) == [0x10, 0xE1])
    let block = dataSet.privateBlock(group: 0x0029, creator: "SIEMENS MEDCOM HEADER")
    #expect(block?.tag(0x08) == Tag(0x0029, 0xE108))
    #expect(block?.creatorTag == Tag(0x0029, 0x00E1))
    #expect(block?.contains(Tag(0x0029, 0xE1FF)) == true)
    #expect(block?.contains(Tag(0x0029, 0x10FF)) == false)
    #expect(dataSet[0x0029, "SIEMENS MEDCOM HEADER", 0x08]?.vr == .LO)
    #expect(dataSet.privateCreator(of: Tag(0x0029, 0xE108)) == "SIEMENS MEDCOM HEADER")
    #expect(dataSet.privateCreator(of: Tag(0x0029, 0x1108)) == nil)
    #expect(dataSet.privateCreator(of: Tag(0x0029, 0x0010)) == nil)
    #expect(dataSet.privateCreator(of: Tag(0x0028, 0x0010)) == nil)
    #expect(dataSet.privateBlock(group: 0x0019, creator: "SIEMENS CSA HEADER") == nil)
  }

  @Test func areReservedOnce() {
    var dataSet = DataSet()
    dataSet.set(Tag(0x0029, 0x0010), .LO, "A")
    // Elements without a creator keep their block too.
    dataSet.set(Tag(0x0029, 0x1101), .LO, "orphan")
    #expect(dataSet.reservePrivateBlock(group: 0x0029, creator: "A")?.number == 0x10)
    #expect(dataSet.reservePrivateBlock(group: 0x0029, creator: "B")?.number == 0x12)
    #expect(dataSet.reservePrivateBlock(group: 0x0029, creator: "B")?.number == 0x12)
    #expect(dataSet.string(Tag(0x0029, 0x0012)) == "B")
    #expect(dataSet.reservePrivateBlock(group: 0x0028, creator: "B") == nil)
    #expect(dataSet.reservePrivateBlock(group: 0x0007, creator: "B") == nil)
  }

  @Test func mayRunOut() {
    var dataSet = DataSet()
    for number in 0..<240 {
      #expect(dataSet.reservePrivateBlock(group: 0x0009, creator: "C\(number)")?.number == UInt8(0x10 + number))
    }
    #expect(dataSet.reservePrivateBlock(group: 0x0009, creator: "one more") == nil)
  }
}
