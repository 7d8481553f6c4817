// SPDX-License-Identifier: Apache-2.0

import HL7
import Testing

/// A message of lines joined by CR.
func message(_ lines: String...) throws -> Message {
  try Message(parsing: Array(lines.map { $0 + "\r" }.joined().utf8))
}

@Suite struct MessageTests {
  let header = "MSH|^~\\&|HIS|WARD|MARTLET|RAD|20260101||ADT^A01^ADT_A01|42|P|2.5.1||||||UNICODE UTF-8"

  @Test func valuesAreFoundByTheirPlace() throws {
    let message = try message(
      header, "PID|1||A^^^H&1.2&ISO^MR~B^^^X||Müller^Änne", "OBX|1|TX|||a", "OBX|2|TX|||b\\T\\c")
    #expect(message.name == "ADT^A01")
    for (place, value) in [
      ("PID-3", "A^^^H&1.2&ISO^MR"), ("PID-3[2].1", "B"), ("PID-3.4.2", "1.2"), ("PID-5.2", "Änne"),
      ("OBX[2]-5", "b&c"),
      ("OBX[3]-5", ""), ("ZZZ-1", ""), ("MSH-1", "|"), ("PID-3[9].1", ""), ("MSH-12", "2.5.1"),
    ] {
      let location = try #require(Location(place))
      #expect(location.description == place)
      #expect(message.text(at: location) == value, "\(place)")
    }
    for text in ["", "PI-1", "PID-", "PID-0", "PID-1.0", "PID-x", "pid-1", "PID-1.2.3.4", "PID[0]-1", "PID-100000"] {
      #expect(Location(text) == nil, "\(text)")
    }
  }

  @Test func aPlaceIsReplacedAndTheRestStays() throws {
    var message = try message(header, "PID|1||A^^^H&1.2&ISO^MR~B", "ZZZ|x\\Zab\\y^|")
    for (place, value) in [
      ("PID-3.4.1", "N|W"), ("PID-3[2].5", "PI"), ("PID-8", "F"), ("ZDS-1.1", "1.2.3"), ("PID-3[3].1", "C"),
    ] {
      message.set(value, at: try #require(Location(place)))
    }
    let text = String(decoding: message.encode(), as: UTF8.self)
    #expect(
      text == header + "\rPID|1||A^^^N\\F\\W&1.2&ISO^MR~B^^^^PI~C|||||F\rZZZ|x\\Zab\\y^|\rZDS|1.2.3\r")
  }

  @Test func nullDeletesAndEmptySaysNothing() throws {
    let message = try message(header, "PID|1||A||\"\"|||\"\"^x")
    let pid = try #require(message.first("PID"))
    #expect(pid[5].isNull && !pid[5].isEmpty)
    #expect(pid[6].isEmpty && !pid[6].isNull)
    #expect(pid[8].value == "" && pid[8][2].value == "x")
    #expect(pid[99].isEmpty)
  }

  @Test(arguments: [
    "", "M", "MSH", "MSH|", "MSH|^", "MSHA^~\\&|", "MSH|^^^^|x", "PID|1\rMSH|^~\\&|", "\u{B}MSH|^~\\&|",
  ])
  func withoutUsableHeaderThereIsNoMessage(text: String) {
    #expect(throws: HL7Error.self) { try Message(parsing: Array(text.utf8)) }
  }

  @Test func limitsHold() {
    let many = "MSH|^~\\&|A\r" + String(repeating: "ZZZ|1\r", count: 20)
    #expect(throws: HL7Error.self) { try Message(parsing: Array(many.utf8), limits: .init(segments: 20)) }
    #expect(throws: HL7Error.self) { try Message(parsing: Array(many.utf8), limits: .init(bytes: 40)) }
    let wide = "MSH|^~\\&|A\rZZZ" + String(repeating: "|", count: 21)
    #expect(throws: HL7Error.self) { try Message(parsing: Array(wide.utf8), limits: .init(fields: 20)) }
  }

  @Test func everyTruncationIsReadOrRefusedAndKept() throws {
    let whole = Array((header + "\rPID|1||A^^^H&1.2&ISO^MR~B||M\\F\\r^X\rOBX|1|FT|||\\.br\\\\X0D0A\\\r").utf8)
    for count in 0...whole.count {
      let bytes = Array(whole[..<count])
      guard let message = try? Message(parsing: bytes) else { continue }
      #expect(message.encode() == bytes)
      for segment in message.segments { for number in 1...segment.fields.count + 1 { _ = segment[number].text } }
    }
  }

  @Test func aBatchKeepsWhatItCannotRead() throws {
    let text = "FHS|^~\\&|A\rBHS|^~\\&|A\r\(header)\rPID|1\rMSH|\rEVN\r\(header)\rBTS|3\rFTS|1"
    let batch = try Batch(parsing: Array(text.utf8))
    #expect(batch.encode() == Array(text.utf8))
    #expect(batch.messages.count == 2)
    #expect(batch.parts.count == 7)
  }
}

/// Numbers that are the same in each run.
struct SteadyGenerator: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return state ^ (state >> 29)
  }
}

@Suite struct MutatedMessageTests {
  @Test(arguments: MessageCorpus.present.filter { $0.file.hasPrefix("own__") && $0.file != "own__long_obx.hl7" })
  func damagedMessagesAreReadOrRefusedAndKept(entry: MessageCorpus.Entry) throws {
    let whole = try #require(MessageCorpus.bytes(entry.file))
    var generator = SteadyGenerator(state: 7)
    for _ in 0..<200 {
      var bytes = whole
      for _ in 0..<Int.random(in: 1...6, using: &generator) {
        bytes[Int.random(in: 0..<bytes.count, using: &generator)] =
          Bool.random(using: &generator)
          ? .random(in: 0...255, using: &generator) : [0x7C, 0x5C, 0x1B, 0x0D][.random(in: 0...3, using: &generator)]
      }
      guard bytes.starts(with: Array("MSH".utf8)), let message = try? Message(parsing: bytes) else { continue }
      #expect(message.encode() == bytes)
      for segment in message.segments {
        for number in 1...segment.fields.count + 1 {
          for repetition in segment[number].repetitions { _ = repetition.components.map(\.value) }
        }
      }
    }
  }
}
