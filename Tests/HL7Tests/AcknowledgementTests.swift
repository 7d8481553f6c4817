// SPDX-License-Identifier: Apache-2.0

import HL7
import Testing

@Suite struct AcknowledgementTests {
  @Test func anAnswerMirrorsTheHeader() throws {
    let message = Array("MSH|^~\\&|HIS|WARD|MARTLET|RAD|20260101||ADT^A01|42|P|2.5.1\rEVN|A01\r".utf8)
    let header = try MessageHeader(message: message)
    #expect(header.controlID == "42")
    let answer = Acknowledgement(.reject, text: "no|route").encode(
      answering: header, controlID: "M1", timestamp: "20260102030405")
    #expect(
      String(decoding: answer, as: UTF8.self)
        == "MSH|^~\\&|MARTLET|RAD|HIS|WARD|20260102030405||ACK^A01^ACK|M1|P|2.5.1\rMSA|AR|42|no\\F\\route\r")
  }

  @Test func otherDelimitersAreKept() throws {
    let header = try MessageHeader(message: Array("MSH$%~\\&$A$B$C$D$$$ORM%O01$7$T$2.3.1".utf8))
    #expect(header.sendingApplication == "A")
    #expect(header.messageType == "ORM%O01")
    #expect(header.processingID == "T")
  }

  @Test(arguments: ["", "PID|1", "MSH|"])
  func aHeaderThatCannotBeReadIsAnError(text: String) {
    #expect(throws: MessageHeader.Failure.self) { try MessageHeader(message: Array(text.utf8)) }
  }

  @Test func aHeaderWithoutEndIsAnError() {
    let text = "MSH" + String(repeating: "|x", count: 4000)
    #expect(throws: MessageHeader.Failure.self) { try MessageHeader(message: Array(text.utf8)) }
  }
}
