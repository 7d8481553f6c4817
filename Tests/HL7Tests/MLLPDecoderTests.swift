// SPDX-License-Identifier: Apache-2.0

import HL7
import Testing

@Suite struct MLLPDecoderTests {
  @Test func messagesSplitAtEveryByteComeOutWhole() throws {
    let stream = MLLPDecoder.frame(Array("MSH|^~\\&|A".utf8)) + MLLPDecoder.frame(Array("MSH|^~\\&|B".utf8))
    for cut in 0...stream.count {
      var decoder = MLLPDecoder()
      let messages = try decoder.feed(stream[..<cut]) + decoder.feed(stream[cut...])
      #expect(messages == [Array("MSH|^~\\&|A".utf8), Array("MSH|^~\\&|B".utf8)])
      #expect(decoder.strayBytes == 0)
    }
  }

  @Test func bytesOutsideFramesAreCounted() throws {
    var decoder = MLLPDecoder()
    let messages = try decoder.feed([1, 2, 3] + MLLPDecoder.frame([65]) + [10])
    #expect(messages == [[65]])
    #expect(decoder.strayBytes == 4)
  }

  @Test func anEndByteInsideTheMessageIsKept() throws {
    var decoder = MLLPDecoder()
    #expect(try decoder.feed([0x0B, 65, 0x1C, 66, 0x1C, 0x0D]) == [[65, 0x1C, 66]])
  }

  @Test func aMessageOverTheLimitIsAnError() {
    var decoder = MLLPDecoder(maximumMessageLength: 4)
    #expect(throws: MLLPDecoder.TooLong.self) { try decoder.feed([0x0B, 1, 2, 3, 4, 5]) }
  }
}
