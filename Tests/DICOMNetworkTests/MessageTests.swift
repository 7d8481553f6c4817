// SPDX-License-Identifier: Apache-2.0

import DICOMCore
import Testing

@testable import DICOMNetwork

/// PS3.8 Annex E: messages to fragments and back.
struct MessageTests {
  static let store = CommandSet.cStoreRQ(messageID: 3, sopClass: "1.2.840.10008.5.1.4.1.1.2", sopInstance: "1.2.3")

  func values(_ pdus: [UInt8]) throws -> [[PresentationDataValue]] {
    var decoder = PDUDecoder(limits: PDULimits(maximumDataLength: 1_048_576))
    decoder.feed(pdus)
    var result: [[PresentationDataValue]] = []
    while let pdu = try decoder.next() {
      guard case .data(let values) = pdu else { throw PDUError(.badValue, "no data", offset: 0) }
      result.append(values)
    }
    return result
  }

  @Test(arguments: [1, 8, 9, 16, 100, 4096, 16384, 0] as [UInt32], [0, 1, 2, 9, 1000, 100_000])
  func thereAndBack(maximumLength: UInt32, count: Int) throws {
    let writer = PDVWriter(peerMaximumLength: maximumLength)
    let data = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 7) }
    let pdus = try values(writer.message(Self.store, dataSet: ByteSlice(data), contextID: 5))
    var assembler = MessageAssembler(contexts: [5])
    var received: [UInt8] = []
    var commands: [CommandSet] = []
    var last = 0
    for values in pdus {
      let length = values.reduce(0) { $0 + $1.bytes.count + 6 }
      #expect(length <= max(Int(maximumLength == 0 ? .max : maximumLength), 8))
      for value in values {
        #expect(value.isLast || value.bytes.count % 2 == 0)
        switch try assembler.receive(value) {
        case .incomplete: break
        case .command(let message):
          commands.append(message.command)
          #expect(message.contextID == 5)
        case .dataSet(let bytes, let isLast):
          received += bytes.array
          last += isLast ? 1 : 0
        }
      }
    }
    #expect(commands == [Self.store])
    #expect(received == data)
    #expect(last == 1)
    #expect(assembler.isIdle)
  }

  @Test func chunksAreThePDUsOfTheDataSet() throws {
    let writer = PDVWriter(peerMaximumLength: 1000)
    let data = (0..<2500).map { UInt8(truncatingIfNeeded: $0) }
    var streamed: [UInt8] = []
    for chunk in writer.chunks(of: 2500, contextID: 9) {
      streamed += chunk.headerBytes + data[Int(chunk.range.lowerBound)..<Int(chunk.range.upperBound)]
    }
    var whole: [UInt8] = []
    writer.append(dataSet: ByteSlice(data), contextID: 9, to: &whole)
    #expect(streamed == whole)
    #expect(writer.chunks(of: 0, contextID: 9).map(\.header.isLast) == [true])
    #expect(writer.chunks(of: 994 * 2, contextID: 9).map(\.header.isLast) == [false, true])
  }

  func value(_ id: UInt8, command: Bool, last: Bool, _ bytes: [UInt8] = [1, 2]) -> PresentationDataValue {
    PresentationDataValue(contextID: id, isCommand: command, isLast: last, bytes: ByteSlice(bytes))
  }

  @Test func wrongOrders() throws {
    let command = Self.store.encoded()
    let cases: [([PresentationDataValue], MessageError.Code)] = [
      ([value(7, command: true, last: true)], .unknownContext),
      ([value(1, command: false, last: true)], .unexpectedDataSet),
      ([value(1, command: true, last: false), value(1, command: false, last: true)], .interleaved),
      ([value(1, command: true, last: false), value(3, command: true, last: true)], .interleaved),
      ([value(1, command: true, last: true, command), value(3, command: false, last: true)], .interleaved),
      ([value(1, command: true, last: true, command), value(1, command: true, last: true, command)], .interleaved),
      ([value(1, command: true, last: true)], .badCommand),
      (
        [
          value(1, command: true, last: true, command),
          value(1, command: false, last: false, .init(repeating: 0, count: 11)),
        ],
        .tooLong
      ),
      ([value(1, command: true, last: false, .init(repeating: 0, count: 70_000))], .tooLong),
    ]
    for (index, (values, code)) in cases.enumerated() {
      var assembler = MessageAssembler(contexts: [1, 3], dataSetLimits: [1: 10])
      let error = #expect(throws: MessageError.self) { for value in values { _ = try assembler.receive(value) } }
      #expect(error?.code == code, "case \(index)")
    }
  }

  @Test func withoutDataSetTheNextMessageMayCome() throws {
    var assembler = MessageAssembler(contexts: [1])
    for id in 1...3 as ClosedRange<UInt16> {
      let value = value(1, command: true, last: true, CommandSet.cEchoRQ(messageID: id).encoded())
      guard case .command(let message) = try assembler.receive(value) else {
        Issue.record("no command")
        return
      }
      #expect(message.command.messageID == id)
    }
  }
}
