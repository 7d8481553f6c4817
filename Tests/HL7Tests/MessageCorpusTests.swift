// SPDX-License-Identifier: Apache-2.0

import HL7
import Testing

@Suite struct MessageCorpusTests {
  @Test func theCorpusIsThere() {
    #expect(MessageCorpus.present.count >= 164)
  }

  @Test(arguments: MessageCorpus.present)
  func aMessageReadsAsItsManifestSaysAndIsWrittenBackUnchanged(entry: MessageCorpus.Entry) throws {
    let bytes = try #require(MessageCorpus.bytes(entry.file))
    guard entry.parse_error == nil else {
      #expect(throws: HL7Error.self) { try Message(parsing: bytes) }
      return
    }
    let message: Message
    if Batch.isEnvelope(bytes) {
      let batch = try Batch(parsing: bytes)
      #expect(batch.encode() == bytes)
      #expect(batch.messages.count == 2)
      message = try #require(batch.messages.first)
    } else {
      message = try Message(parsing: bytes)
      #expect(message.encode() == bytes)
    }
    #expect(message.segments.filter(\.hasName).map(\.name) == entry.segments?.filter { $0.count == 3 })
    #expect(message.header[9].repetitions[0].components.map(\.text).joined(separator: "^") == entry.type)
    #expect(message.controlID == entry.control_id)
    #expect(message.header[12].value == entry.version?.split(separator: "^").first.map(String.init))
    func first(_ name: String, _ number: Int) -> String? {
      message.first(name)?[number].repetitions.first.map { raw($0[1].bytes) }.flatMap { $0.isEmpty ? nil : $0 }
    }
    #expect(first("PID", 3) == entry.pid3_1)
    #expect((message.first("PID").map { raw($0[5].bytes) }).flatMap { $0.isEmpty ? nil : $0 } == entry.pid5)
    if let code = entry.orc1 { #expect(first("ORC", 1) == code) }
    if let number = entry.orc2 { #expect(first("ORC", 2) == number) }
    if let code = entry.obr4_1 { #expect(first("OBR", 4) == code) }
    #expect(message.all("OBX").count == entry.obx_count)
    if let charset = entry.charset { #expect(raw(message.header[18].bytes) == charset) }
  }

  private func raw(_ bytes: ArraySlice<UInt8>) -> String { String(decoding: bytes, as: UTF8.self) }
}
