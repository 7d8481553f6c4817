// SPDX-License-Identifier: Apache-2.0

/// A message of HL7 version 2 (v2.5.1 §2.5). Segments and fields keep their bytes: what is not understood is kept, and
/// `encode` gives back exactly what was parsed.
public struct Message: Sendable, Hashable {
  public var segments: [Segment]
  public let coding: Coding
  /// What stood before MSH: a byte order mark, line ends.
  let preamble: [UInt8]
  /// The whole message stood in UTF-16 or UTF-32.
  let wide: WideEncoding?

  /// Segments to send; the first is MSH.
  public init(segments: [Segment], coding: Coding) {
    self.segments = segments
    self.coding = coding
    preamble = []
    wide = nil
  }

  /// Parses a message without its framing.
  /// - Parameter characterSets: what the text is in, whatever MSH-18 says; nil to go by MSH-18.
  public init(
    parsing bytes: [UInt8], limits: ParsingLimits = .standard, characterSets: CharacterSets? = nil
  ) throws(HL7Error) {
    guard bytes.count <= limits.bytes else {
      throw HL7Error(.internalError, "the message is longer than \(limits.bytes) bytes")
    }
    wide = WideEncoding(sniffing: bytes)
    let whole = try wide?.decode(bytes) ?? bytes
    preamble = MessageHeader.preamble(of: whole)
    let narrow = Array(whole[preamble.count...])
    var coding = Coding(delimiters: try Delimiters(header: narrow))
    if let characterSets {
      coding.characterSets = characterSets
    } else if wide == nil {
      coding.characterSets = Self.declaredSets(narrow, coding)
      if coding.characterSets.sets.isEmpty, preamble.contains(MessageHeader.byteOrderMark[0]) {
        coding.characterSets = CharacterSets([.utf8])
      }
    } else {
      coding.characterSets = CharacterSets([.utf8])
    }
    self.coding = coding
    segments = try Self.lines(narrow, coding, limits)
  }

  /// As it stands on the wire.
  public func encode() -> [UInt8] {
    let bytes = preamble + segments.flatMap { $0.encode() }
    return wide?.encode(bytes) ?? bytes
  }

  /// MSH-18 of the first line, read before anything is cut by character sets.
  private static func declaredSets(_ bytes: [UInt8], _ coding: Coding) -> CharacterSets {
    let line = bytes.prefix { $0 != 0x0D && $0 != 0x0A }
    return CharacterSets(declaredBy: Segment(line: line, terminator: [], coding: coding)[18])
  }

  private static func lines(
    _ bytes: [UInt8], _ coding: Coding, _ limits: ParsingLimits
  ) throws(HL7Error) -> [Segment] {
    var segments: [Segment] = []
    var start = 0
    while start < bytes.count {
      var end = start
      while end < bytes.count, bytes[end] != 0x0D, bytes[end] != 0x0A { end += 1 }
      var next = end
      // CR is the terminator of the standard; LF, CR LF and empty lines are kept with the segment before them.
      while next < bytes.count, bytes[next] == 0x0D || bytes[next] == 0x0A { next += 1 }
      guard segments.count < limits.segments else {
        throw HL7Error(.internalError, "the message has more than \(limits.segments) segments")
      }
      let segment = Segment(line: bytes[start..<end], terminator: Array(bytes[end..<next]), coding: coding)
      guard segment.fields.count <= limits.fields else {
        throw HL7Error(
          .internalError, "a segment has more than \(limits.fields) fields",
          at: Location(segment: String(segment.name.prefix(3))))
      }
      segments.append(segment)
      start = next
    }
    return segments
  }
}
