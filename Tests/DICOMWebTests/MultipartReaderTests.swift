// SPDX-License-Identifier: Apache-2.0

import DICOMCore
import DICOMWeb
import Testing

@Suite struct MultipartReaderTests {
  /// What became of a message: its parts, joined.
  struct Part: Equatable {
    var type: String?
    var body: [UInt8]
  }

  static func parts(
    _ message: [UInt8], boundary: String = "XX", pieces: Int, limits: MultipartReader.Limits = .init()
  ) throws -> [Part] {
    var reader = try MultipartReader(boundary: boundary, limits: limits)
    var parts: [Part] = []
    var position = 0
    while position < message.count {
      let end = min(position + pieces, message.count)
      reader.feed(ByteSlice(Array(message[position..<end])))
      position = end
      while let event = try reader.next() {
        switch event {
        case .part(let header): parts.append(Part(type: header["Content-Type"], body: []))
        case .body(let bytes): parts[parts.count - 1].body += bytes.array
        case .partEnd, .end: break
        }
      }
    }
    try reader.finish()
    return parts
  }

  static let message =
    "ignored\r\n--XX\r\nContent-Type: application/dicom\r\nX-Long: a\r\n  b\r\n\r\nfirst\r\n--X\r\nbody\r\n"
    + "--XX  \r\ncontent-type:text/plain\r\n\r\n\r\n--XXY\r\n\r\n\r\n--XX\r\n\r\nno header\r\n--XX--\r\n"
    + "epilogue\r\n--XX"

  @Test(arguments: 1...120)
  func readsTheSameHoweverItIsCut(pieces: Int) throws {
    #expect(
      try Self.parts(Array(Self.message.utf8), pieces: pieces) == [
        Part(type: "application/dicom", body: Array("first\r\n--X\r\nbody".utf8)),
        Part(type: "text/plain", body: Array("\r\n--XXY\r\n\r\n".utf8)),
        Part(type: nil, body: Array("no header".utf8)),
      ])
  }

  @Test(arguments: [
    "--XX\r\n\r\nbody\r\n--XX--", "\r\n--XX\r\n\r\nbody\r\n--XX--\r\n", "\r\n\r\n--XX\t\r\n\r\nbody\r\n--XX--",
  ])
  func acceptsTheWaysOfBeginning(message: String) throws {
    for pieces in 1...20 {
      #expect(try Self.parts(Array(message.utf8), pieces: pieces) == [Part(type: nil, body: Array("body".utf8))])
    }
  }

  @Test(arguments: [
    "", "no boundary at all", "--XX\r\n\r\nbody", "--XX\r\n\r\nbody\r\n--XX",
    "--XX\r\nbroken header\r\n\r\nb\r\n--XX--",
    "--XX\r\n: no name\r\n\r\nb\r\n--XX--", "--XX junk\r\n\r\n\r\n--XX--",
  ])
  func refusesWhatIsNoMessage(message: String) {
    for pieces in [1, 7, 1000] {
      #expect(throws: WebError(.malformed, "", at: "")) { try Self.parts(Array(message.utf8), pieces: pieces) }
    }
  }

  @Test func limitsWhatASenderCanMakeGrow() {
    let limits = MultipartReader.Limits(preamble: 50, header: 60, parts: 2)
    func fails(_ message: String, _ code: WebError.Code) {
      #expect(throws: WebError(code, "", at: ""), "\(message.prefix(20))") {
        try Self.parts(Array(message.utf8), pieces: 13, limits: limits)
      }
    }
    fails(String(repeating: "x", count: 200), .malformed)
    fails("--XX\r\nA: " + String(repeating: "x", count: 200), .tooLarge)
    fails("--XX" + String(repeating: " ", count: 200), .tooLarge)
    fails("--XX\r\n\r\n\r\n--XX\r\n\r\n\r\n--XX\r\n\r\n\r\n--XX--", .tooLarge)
    let many = "--XX\r\n" + String(repeating: "a:b\r\n", count: 100) + "\r\nbody\r\n--XX--"
    #expect(throws: WebError(.tooLarge, "", at: "")) { try Self.parts(Array(many.utf8), pieces: 1000) }
  }

  @Test(arguments: ["", "ends with space ", String(repeating: "x", count: 71), "new\nline"])
  func refusesBadBoundaries(boundary: String) {
    #expect(throws: WebError(.malformed, "", at: "")) { try MultipartReader(boundary: boundary) }
  }

  @Test func bodiesAreSlicesOfWhatWasFed() throws {
    var reader = try MultipartReader(boundary: "XX")
    reader.feed(ByteSlice(Array("--XX\r\n\r\n".utf8)))
    _ = try reader.next()
    #expect(try reader.next() == nil)
    let piece = ByteSlice([UInt8](repeating: 7, count: 100_000))
    reader.feed(piece)
    guard case .body(let body) = try reader.next() else { Issue.record("no body"); return }
    #expect(body.storage === piece.storage)
    #expect(body.count == 100_000)
  }

  @Test func whatTheWriterWritesIsRead() throws {
    var writer = MultipartWriter()
    var message: [UInt8] = []
    let bodies: [[UInt8]] = [Array("one\r\n--".utf8), [], (0...255).map { UInt8($0) }]
    for body in bodies { message += writer.beginPart(.dicom, length: body.count, location: "/x") + body }
    message += writer.end()
    for pieces in [1, 3, 64, 10_000] {
      let parts = try Self.parts(message, boundary: writer.boundary, pieces: pieces)
      #expect(parts == bodies.map { Part(type: "application/dicom", body: $0) })
    }
    #expect(MultipartWriter().boundary != writer.boundary)
  }

  @Test func anEmptyMessageHasNoParts() throws {
    #expect(try Self.parts(MultipartWriter(boundary: "XX").end(), pieces: 3).isEmpty)
  }
}
