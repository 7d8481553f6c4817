// SPDX-License-Identifier: Apache-2.0

import Archive
import DICOMCodecs
import DICOMCore
import DICOMDictionary
import DICOMPixels
import DICOMWeb
import HTTPTypes
import SystemTestKit
import Testing
import Trust

@testable import WebGateway

@Suite struct StreamRoutesTests {
  struct Record {
    var form: UInt8
    var instance: Int
    var frame: Int
    var rows: Int
    var columns: Int
    var reduction: Int
    var payload: [UInt8]
  }

  let web: WebFixture

  init() throws {
    web = try WebFixture()
    try web.store(
      try (1...5).map { number in
        try TestInstance(1, 1, number, pixels: 512) { dataSet in
          for (tag, value) in [
            (Tag.bitsAllocated, 16), (.bitsStored, 16), (.highBit, 15), (.pixelRepresentation, 0),
            (.samplesPerPixel, 1),
          ] as [(DICOMCore.Tag, Int)] {
            dataSet.set(tag, .US, integers: [value])
          }
          dataSet.set(.photometricInterpretation, .CS, "MONOCHROME2")
        }
      })
  }

  private func records(_ body: [UInt8]) -> [Record] {
    func number(_ at: Int, _ count: Int) -> Int { (0..<count).reduce(0) { $0 | Int(body[at + $1]) << (8 * $1) } }
    var records: [Record] = []
    var position = 0
    while position + FrameRecord.headerLength <= body.count {
      let length = number(position, 4)
      let start = position + FrameRecord.headerLength
      records.append(
        Record(
          form: body[position + 12], instance: number(position + 4, 4), frame: number(position + 8, 4),
          rows: number(position + 16, 2), columns: number(position + 18, 2), reduction: number(position + 22, 2),
          payload: Array(body[start..<start + length])))
      position = start + length
    }
    #expect(position == body.count)
    return records
  }

  private static let series = "/api/v1/studies/1.2.1/series/1.2.1.1/stream"

  private func stream(_ query: String) async throws -> [Record] {
    let answer = try await web.call(.get, Self.series + query, as: .clinician)
    #expect(answer.status == 200)
    #expect(answer.headers[.contentType] == FrameRecord.mediaType)
    return records(answer.body)
  }

  @Test(arguments: [
    ("", [0, 1, 2, 3, 4]), ("?order=4,0-2", [4, 0, 1, 2]), ("?order=3-1", [3, 2, 1]),
    ("?start=1", [1, 2, 0, 3, 4]), ("?start=4", [4, 3, 2, 1, 0]),
  ])
  func comesInTheOrderAsked(query: String, order: [Int]) async throws {
    #expect(try await stream(query).map(\.instance) == order)
  }

  @Test func everyFormHasTheSamePixels() async throws {
    let plain = try await stream("?form=plain&order=2")
    let image = try #require(try web.memory.index.instances(.init(instances: ["1.2.1.1.3"])).first)
    let expected = try web.services.images.image(image, archive: web.memory.archive).pixels(0)
    #expect(plain.map(\.payload) == [expected.bytes])
    #expect(plain[0].rows == expected.rows)
    for (form, number, syntax) in [("jpeg-lossless", 1, "4.70"), ("rle", 2, "5")] {
      let record = try #require(try await stream("?form=\(form)&order=2").first)
      #expect(Int(record.form) == number)
      let back = try CodecRegistry.standard.decode(
        ByteSlice(record.payload), transferSyntax: TransferSyntax(UID("1.2.840.10008.1.2." + syntax)),
        description: expected.pixelDescription)
      #expect(back.bytes == expected.bytes)
    }
  }

  @Test(arguments: ["?order=5", "?order=0-9", "?order=x", "?order=1-2-3", "?form=mp3", "?start=9", "?order="])
  func badOrders(query: String) async throws {
    #expect(try await web.call(.get, Self.series + query, as: .clinician).status == 400)
  }

  @Test func openingHoldsTheIndexAndTheFirstImage() async throws {
    let answer = try await web.call(.get, "/api/v1/studies/1.2.1/opening", as: .clinician)
    let found = records(answer.body)
    #expect(found.map(\.form) == [16, 1])
    let text = String(decoding: found[0].payload, as: UTF8.self)
    #expect(text.contains("\"first\":\"1.2.1.1\""))
    #expect(text.contains("\"columns\":{\"sopInstanceUID\":[\"1.2.1.1.1\",\"1.2.1.1.2\""))
    #expect(text.contains("\"common\":{"))
    #expect(try await web.call(.get, "/api/v1/studies/9.9/opening", as: .clinician).status == 404)
    #expect(try await web.call(.get, "/api/v1/studies/1.2.1/opening?series=x", as: .clinician).status == 400)
  }

  /// 2,052 × 2,050 pixels whose values tell where they are.
  private func storeLarge(_ web: WebFixture) throws {
    let (columns, rows) = (2_052, 2_050)
    var bytes: [UInt8] = []
    bytes.reserveCapacity(columns * rows)
    for row in 0..<rows { for column in 0..<columns { bytes.append(UInt8(truncatingIfNeeded: row / 2 + column / 2)) } }
    try web.store([
      try TestInstance(4, 1, 1) { dataSet in
        for (tag, value) in [
          (Tag.rows, rows), (.columns, columns), (.bitsAllocated, 8), (.bitsStored, 8), (.highBit, 7),
          (.pixelRepresentation, 0), (.samplesPerPixel, 1),
        ] as [(DICOMCore.Tag, Int)] {
          dataSet.set(tag, .US, integers: [value])
        }
        dataSet.set(.photometricInterpretation, .CS, "MONOCHROME2")
        dataSet.set(DataElement(tag: .pixelData, vr: .OB, value: .bytes(ByteSlice(bytes))))
      }
    ])
  }

  @Test func aLargeImageComesWithFewerPixelsFirst() async throws {
    let web = try WebFixture()
    try storeLarge(web)
    let answer = try await web.call(.get, "/api/v1/studies/1.2.4/opening?form=plain", as: .clinician)
    let found = records(answer.body)
    try #require(found.count == 3)
    #expect(found.map(\.form) == [16, 0, 0])
    #expect(found.map(\.reduction) == [0, 2, 0])
    #expect((found[1].columns, found[1].rows) == (1_026, 1_025))
    let expected = (0..<1_025).flatMap { row in (0..<1_026).map { UInt8(truncatingIfNeeded: row + $0) } }
    #expect(found[1].payload == expected)
    #expect((found[2].columns, found[2].rows, found[2].payload.count) == (2_052, 2_050, 2_052 * 2_050))
    let packed = records(try await web.call(.get, "/api/v1/studies/1.2.4/opening?form=rle", as: .clinician).body)
    #expect(packed.map(\.form) == [16, 2, 2])
    #expect(packed.map(\.reduction) == [0, 2, 0])
    let pixels = "/api/v1/studies/1.2.4/series/1.2.4.1/instances/1.2.4.1.1/frames/1/pixels"
    let coarse = try await web.call(.get, pixels + "?coarse=true", as: .clinician)
    #expect(coarse.body == expected)
    #expect(coarse.headers[HTTPField.Name("X-Martlet-Reduction")!] == "2")
    let whole = try await web.call(.get, pixels, as: .clinician)
    #expect(whole.headers[HTTPField.Name("X-Martlet-Reduction")!] == "1")
    #expect(whole.body == found[2].payload)
    #expect(try await web.call(.get, pixels + "?coarse=maybe", as: .clinician).status == 400)
  }

  @Test func theIndexIsMuchSmallerThanTheList() async throws {
    let list = try await web.call(.get, "/api/v1/studies/1.2.1", as: .clinician)
    let answer = try await web.call(.get, "/api/v1/studies/1.2.1/opening", as: .clinician)
    #expect(records(answer.body)[0].payload.count * 2 < list.body.count)
  }

  @Test func aViewerThatCountsByAnotherListGetsNothing() async throws {
    let members = (1...5).map { UID("1.2.1.1.\($0)") }
    #expect(SeriesMark.of(members) == "add7fbb9")
    #expect(try await stream("?order=2&of=\(SeriesMark.of(members))").map(\.instance) == [2])
    let old = SeriesMark.of(Array(members.dropLast()))
    #expect(try await web.call(.get, Self.series + "?order=2&of=\(old)", as: .clinician).status == 409)
  }

  @Test(arguments: [
    ("1\\0\\0\\0\\1\\0", [[0.0, 0, 5], [0, 0, 15], [0, 0, 10]], 1),
    ("1\\0\\0\\0\\0\\-1", [[0.0, 5, 0], [0, -15, 0], [0, 10, 0]], 1),
    ("0\\1\\0\\0\\0\\-1", [[5.0, 0, 0], [-15, 0, 0], [10, 0, 0]], 1),
    ("1\\0\\0\\0\\1\\0", [[0.0, 0, 5], [], [0, 0, 10]], 0),
  ])
  func readingBeginsAtHeadFrontAndRight(orientation: String, positions: [[Double]], first: Int) throws {
    let web = try WebFixture()
    try web.store(
      try positions.enumerated().map { number, position in
        try TestInstance(3, 1, number + 1, pixels: 64) { dataSet in
          dataSet.set(.imageOrientationPatient, .DS, orientation)
          if !position.isEmpty {
            dataSet.set(.imagePositionPatient, .DS, position.map { String($0) }.joined(separator: "\\"))
          }
        }
      })
    let members = try web.memory.index.attributes(ofStudy: UID("1.2.3"))
    #expect(ReadingOrder.first(of: members) == first)
  }
}
