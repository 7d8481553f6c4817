// SPDX-License-Identifier: Apache-2.0

import HL7
import Testing

func answers(to bytes: [UInt8], _ decoder: inout MLLPDecoder) throws -> [[UInt8]] {
  try decoder.feed(bytes).map { message in
    let header = try MessageHeader(message: message)
    let acknowledgement = Acknowledgement(.accept, text: "")
    return MLLPDecoder.frame(
      acknowledgement.encode(answering: header, controlID: "A\(header.controlID)", timestamp: "20240101120000"))
  }
}

@Suite struct HL7Example {
  @Test func eachMessageIsAnswered() throws {
    var decoder = MLLPDecoder()
    let message = Array("MSH|^~\\&|HIS|WARD|MARTLET|RAD|20240101||ADT^A01|42|P|2.5.1\rEVN|A01\r".utf8)
    let answers = try answers(to: MLLPDecoder.frame(message), &decoder)
    #expect(answers.count == 1)
    let text = String(decoding: answers.first ?? [], as: UTF8.self)
    #expect(text.contains("MSA|AA|42|"))
  }
}
