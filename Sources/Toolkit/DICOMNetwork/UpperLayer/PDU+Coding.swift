// SPDX-License-Identifier: Apache-2.0

import DICOMCore

extension PDU {
  /// Decodes a PDU whose header has been read.
  ///
  /// - Parameter body: exactly `header.length` bytes; the values of a P-DATA-TF are copied out of it.
  public static func decode(_ header: PDUHeader, body: UnsafeRawBufferPointer) throws(PDUError) -> PDU {
    guard let kind = header.kind else { return .unknown(type: header.type) }
    guard body.count == header.length else {
      throw PDUError(.badLength, "\(body.count) bytes for a body of \(header.length)", offset: 2)
    }
    var cursor = PDUCursor(body, base: PDUHeader.byteCount)
    switch kind {
    case .associateRQ: return .associateRQ(try AssociateRQ(&cursor))
    case .associateAC: return .associateAC(try AssociateAC(&cursor))
    case .associateRJ:
      try cursor.skip(1, "reserved byte")
      return .associateRJ(
        AssociateRJ(
          result: try cursor.byte("result"), source: try cursor.byte("source"), reason: try cursor.byte("reason")))
    case .data: return .data(try dataValues(&cursor))
    case .releaseRQ: return .releaseRQ
    case .releaseRP: return .releaseRP
    case .abort:
      try cursor.skip(2, "reserved bytes")
      return .abort(
        Abort(source: try cursor.byte("source"), reason: Abort.Reason(rawValue: try cursor.byte("reason"))))
    }
  }

  private static func dataValues(_ cursor: inout PDUCursor) throws(PDUError) -> [PresentationDataValue] {
    var values: [PresentationDataValue] = []
    while !cursor.isAtEnd {
      guard values.count < PDULimits.maximumDataValues else {
        throw PDUError(.tooMany, "more than \(PDULimits.maximumDataValues) data values", offset: cursor.offset)
      }
      let start = cursor.offset
      let remaining = cursor.remaining
      let headerBytes = try cursor.raw(PresentationDataValueHeader.byteCount, "presentation data value header")
      let header = try PresentationDataValueHeader(headerBytes, remaining: remaining, offset: start)
      let bytes = ByteSlice(copying: try cursor.raw(header.count, "presentation data value"))
      values.append(
        PresentationDataValue(
          contextID: header.contextID, isCommand: header.isCommand, isLast: header.isLast, bytes: bytes))
    }
    guard !values.isEmpty else { throw PDUError(.badLength, "P-DATA-TF without a value", offset: cursor.offset) }
    return values
  }

  /// The PDU's bytes, header included.
  public func encoded() throws(PDUError) -> [UInt8] {
    var writer = PDUWriter()
    switch self {
    case .associateRQ(let request):
      try request.write(to: &writer)
      return writer.pdu(.associateRQ)
    case .associateAC(let acceptance):
      try acceptance.write(to: &writer)
      return writer.pdu(.associateAC)
    case .associateRJ(let rejection): return rejection.encoded()
    case .data(let values):
      for value in values {
        writer.uint32(UInt32(value.bytes.count + PresentationDataValueHeader.countedBytes))
        writer.byte(value.contextID)
        writer.byte(value.header.controlHeader)
        writer.slice(value.bytes)
      }
      return writer.pdu(.data)
    case .releaseRQ: return Self.releaseRQBytes
    case .releaseRP: return Self.releaseRPBytes
    case .abort(let abort): return abort.encoded()
    case .unknown(let type):
      throw PDUError(.notEncodable, "PDU of unknown type \(type)", offset: 0)
    }
  }

  /// A-RELEASE-RQ (PS3.8 §9.3.6).
  public static let releaseRQBytes: [UInt8] = [Kind.releaseRQ.rawValue, 0, 0, 0, 0, 4, 0, 0, 0, 0]
  /// A-RELEASE-RP (PS3.8 §9.3.7).
  public static let releaseRPBytes: [UInt8] = [Kind.releaseRP.rawValue, 0, 0, 0, 0, 4, 0, 0, 0, 0]
}

extension AssociateRJ {
  /// The PDU's bytes.
  public func encoded() -> [UInt8] { [PDU.Kind.associateRJ.rawValue, 0, 0, 0, 0, 4, 0, result, source, reason] }
}

extension Abort {
  /// The PDU's bytes.
  public func encoded() -> [UInt8] { [PDU.Kind.abort.rawValue, 0, 0, 0, 0, 4, 0, 0, source, reason.rawValue] }
}
