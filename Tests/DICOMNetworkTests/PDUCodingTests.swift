// SPDX-License-Identifier: Apache-2.0

import DICOMCore
import Testing

@testable import DICOMNetwork

/// PS3.8 §9.3 and PS3.7 Annex D: every PDU and sub-item, there and back, and bytes that lie.
struct PDUCodingTests {
  static let request: AssociateRQ = {
    var information = UserInformation(
      maximumLength: 65536, implementationClassUID: "1.2.3.4", implementationVersionName: "TEST_1",
      asynchronousOperationsWindow: AsynchronousOperationsWindow(maximumInvoked: 5, maximumPerformed: 3),
      roleSelections: [RoleSelection(sopClass: "1.2.840.10008.5.1.4.1.1.2", scu: false, scp: true)],
      extendedNegotiations: [
        SOPClassExtendedNegotiation(sopClass: "1.2.840.10008.5.1.4.1.2.1.1", information: [1, 0, 1])
      ],
      userIdentity: UserIdentity(
        kind: .usernameAndPasscode, positiveResponseRequested: true, primaryField: Array("ann".utf8),
        secondaryField: Array("secret".utf8)))
    information.commonExtendedNegotiations = [
      SOPClassCommonExtendedNegotiation(
        sopClass: "1.2.3", serviceClass: "1.2.840.10008.4.2", relatedGeneralSOPClasses: ["1.2.5", "1.2.6.7"])
    ]
    information.unknownItems = [RawItem(type: 0x7A, bytes: [9, 8, 7])]
    var request = AssociateRQ(
      calledAETitle: "MARTLET", callingAETitle: "MODALITY_1",
      presentationContexts: [
        PresentationContext(id: 1, abstractSyntax: "1.2.840.10008.1.1", transferSyntaxes: ["1.2.840.10008.1.2"]),
        PresentationContext(
          id: 255, abstractSyntax: "1.2.840.10008.5.1.4.1.1.2",
          transferSyntaxes: ["1.2.840.10008.1.2.1", "1.2.840.10008.1.2"]),
      ], userInformation: information)
    request.unknownItems = [RawItem(type: 0x33, bytes: [1])]
    return request
  }()

  static let acceptance: AssociateAC = {
    var information = UserInformation(
      maximumLength: 0, implementationClassUID: "1.2.3.5",
      roleSelections: [RoleSelection(sopClass: "1.2.840.10008.5.1.4.1.1.2", scu: true, scp: true)])
    information.userIdentityResponse = [1, 2, 3]
    return AssociateAC(
      calledAETitle: "MARTLET", callingAETitle: "MODALITY_1",
      presentationContexts: [
        PresentationContextResult(id: 1, result: .acceptance, transferSyntax: "1.2.840.10008.1.2"),
        PresentationContextResult(id: 3, result: .transferSyntaxesNotSupported, transferSyntax: ""),
      ], userInformation: information)
  }()

  static let pdus: [PDU] = [
    .associateRQ(request), .associateAC(acceptance), .associateRJ(.calledAETitleNotRecognized),
    .data([
      PresentationDataValue(contextID: 1, isCommand: true, isLast: true, bytes: ByteSlice([1, 2, 3, 4])),
      PresentationDataValue(contextID: 1, isCommand: false, isLast: false, bytes: ByteSlice([])),
    ]),
    .releaseRQ, .releaseRP, .abort(.byProvider(.unexpectedPDU)), .abort(.byUser),
  ]

  @Test(arguments: pdus)
  func thereAndBack(pdu: PDU) throws {
    var decoder = PDUDecoder()
    decoder.feed(try pdu.encoded())
    #expect(try decoder.next() == pdu)
    #expect(try decoder.next() == nil)
  }

  @Test func byteByByte() throws {
    var decoder = PDUDecoder()
    var decoded: [PDU] = []
    for byte in try Self.pdus.flatMap({ try $0.encoded() }) {
      decoder.feed([byte])
      while let pdu = try decoder.next() { decoded.append(pdu) }
    }
    #expect(decoded == Self.pdus)
  }

  /// Typed by hand from the tables of PS3.8 §9.3.2.
  @Test func associateRequestBytes() throws {
    let request = AssociateRQ(
      calledAETitle: "B", callingAETitle: "A",
      presentationContexts: [PresentationContext(id: 1, abstractSyntax: "1.2", transferSyntaxes: ["1.3"])],
      userInformation: UserInformation(maximumLength: 0x0001_0203))
    let spaces = [UInt8](repeating: 0x20, count: 15)
    let items: [UInt8] =
      [0x10, 0, 0, 21] + Array("1.2.840.10008.3.1.1.1".utf8)
      + [0x20, 0, 0, 18, 1, 0, 0, 0, 0x30, 0, 0, 3] + Array("1.2".utf8) + [0x40, 0, 0, 3] + Array("1.3".utf8)
      + [0x50, 0, 0, 8, 0x51, 0, 0, 4, 0, 1, 2, 3]
    let body: [UInt8] =
      [0, 1, 0, 0] + [0x42] + spaces + [0x41] + spaces + [UInt8](repeating: 0, count: 32) + items
    #expect(try PDU.associateRQ(request).encoded() == [1, 0, 0, 0, 0, UInt8(body.count)] + body)
  }

  @Test func everyTruncatedAssociateRequestIsRefusedOrShorter() throws {
    let whole = try PDU.associateRQ(Self.request).encoded()
    for end in PDUHeader.byteCount..<whole.count {
      var bytes = Array(whole[..<end])
      let length = end - PDUHeader.byteCount
      (bytes[2], bytes[3], bytes[4], bytes[5]) = (0, 0, UInt8(length >> 8), UInt8(length & 0xFF))
      var decoder = PDUDecoder()
      decoder.feed(bytes)
      do {
        #expect(try decoder.next() != .associateRQ(Self.request))
      } catch let error {
        #expect(error.offset <= end)
      }
    }
  }

  @Test(
    arguments: [
      // A P-DATA-TF whose value is longer than the PDU.
      ([4, 0, 0, 0, 0, 8, 0, 0, 0, 9, 1, 3, 0, 0], PDUError.Code.badLength),
      // A value without room for its context ID and control header.
      ([4, 0, 0, 0, 0, 6, 0, 0, 0, 1, 1, 3], .badLength),
      // No value at all.
      ([4, 0, 0, 0, 0, 0], .badLength),
      // A-RELEASE-RQ that claims 2 GB.
      ([5, 0, 0x80, 0, 0, 0], .badLength),
      // P-DATA-TF above the announced length.
      ([4, 0, 0x7F, 0xFF, 0xFF, 0xFF], .tooLong),
      ([1, 0, 0x7F, 0xFF, 0xFF, 0xFF], .tooLong),
    ] as [([UInt8], PDUError.Code)])
  func liesAreErrors(bytes: [UInt8], code: PDUError.Code) {
    var decoder = PDUDecoder()
    decoder.feed(bytes)
    let error = #expect(throws: PDUError.self) { try decoder.next() }
    #expect(error?.code == code)
    decoder.feed(PDU.releaseRQBytes)
    #expect((try? decoder.next()) == .some(nil))
  }

  @Test func unknownTypeIsKnownByItsHeader() throws {
    var decoder = PDUDecoder()
    decoder.feed(Array("GET / HTTP/1.1\r\n".utf8))
    #expect(try decoder.next() == .unknown(type: 0x47))
    #expect(try decoder.next() == nil)
  }

  @Test func tooLongForItsField() {
    let request = AssociateRQ(calledAETitle: "SEVENTEEN_LETTERS", callingAETitle: "A", presentationContexts: [])
    let error = #expect(throws: PDUError.self) { try PDU.associateRQ(request).encoded() }
    #expect(error?.code == .notEncodable)
  }

  @Test func headerOfOneValue() throws {
    let value = PresentationDataValue(contextID: 7, isCommand: false, isLast: true, bytes: ByteSlice([5, 6]))
    #expect(try value.header.pduBytes + [5, 6] == PDU.data([value]).encoded())
  }
}

extension PDUCodingTests {
  @Test func atTheLimitOfItemsAPDUStillReadsBack() throws {
    var request = Self.request
    request.presentationContexts = []
    request.unknownItems = (0..<PDULimits.maximumItems).map { _ in RawItem(type: 0x77, bytes: []) }
    request.userInformation = UserInformation(maximumLength: 1)
    request.userInformation.unknownItems = request.unknownItems
    var decoder = PDUDecoder()
    decoder.feed(try PDU.associateRQ(request).encoded())
    #expect(try decoder.next() == .associateRQ(request))
    request.unknownItems += [RawItem(type: 0x77, bytes: []), RawItem(type: 0x77, bytes: [])]
    decoder.feed(try PDU.associateRQ(request).encoded())
    let error = #expect(throws: PDUError.self) { try decoder.next() }
    #expect(error?.code == .tooMany)
  }
}
