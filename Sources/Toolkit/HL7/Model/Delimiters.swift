// SPDX-License-Identifier: Apache-2.0

/// The characters that divide a message (HL7 v2.5.1 §2.5.4), as MSH, FHS or BHS declares them.
public struct Delimiters: Sendable, Hashable {
  public var field: UInt8
  public var component: UInt8
  public var repetition: UInt8
  /// Nil where MSH-2 declares fewer than three characters: then nothing is escaped.
  public var escape: UInt8?
  public var subcomponent: UInt8?
  /// The fifth character of v2.7 (§2.5.5.2), which marks truncated values.
  public var truncation: UInt8?

  /// `|^~\&`
  public static let standard = Delimiters(
    field: UInt8(ascii: "|"), component: UInt8(ascii: "^"), repetition: UInt8(ascii: "~"), escape: UInt8(ascii: "\\"),
    subcomponent: UInt8(ascii: "&"), truncation: nil)

  public init(
    field: UInt8, component: UInt8, repetition: UInt8, escape: UInt8?, subcomponent: UInt8?, truncation: UInt8?
  ) {
    self.field = field
    self.component = component
    self.repetition = repetition
    self.escape = escape
    self.subcomponent = subcomponent
    self.truncation = truncation
  }

  /// Names of the segments that declare delimiters.
  static let headers: Set<String> = ["MSH", "FHS", "BHS"]

  /// Reads them from the start of a header segment.
  public init(header bytes: some RandomAccessCollection<UInt8>) throws(HL7Error) {
    let start = Array(bytes.prefix(16))
    let name = String(decoding: start.prefix(3), as: UTF8.self)
    guard Self.headers.contains(name) else {
      throw HL7Error(.segmentSequence, "the first segment is not MSH", at: Location(segment: "MSH"))
    }
    guard start.count > 4, Self.canDelimit(start[3]) else {
      throw HL7Error(.requiredFieldMissing, "MSH-1 is no delimiter", at: Location(segment: name, field: 1))
    }
    var characters = Array(start[4...].prefix { $0 != start[3] && $0 != 0x0D && $0 != 0x0A })
    // Some senders write the escape character twice, as their language's source text has it.
    if characters.count == 5, characters[2] == characters[3] { characters.remove(at: 3) }
    let place = Location(segment: name, field: 2)
    guard characters.count >= 2, characters.count <= 5 else {
      throw HL7Error(.requiredFieldMissing, "MSH-2 has \(characters.count) characters", at: place)
    }
    guard characters.allSatisfy(Self.canDelimit), Set(characters).count == characters.count else {
      throw HL7Error(.dataType, "the delimiters of MSH-2 are not distinct and printable", at: place)
    }
    self.init(
      field: start[3], component: characters[0], repetition: characters[1],
      escape: characters.count > 2 ? characters[2] : nil, subcomponent: characters.count > 3 ? characters[3] : nil,
      truncation: characters.count > 4 ? characters[4] : nil)
  }

  /// Letters, digits and spaces would make segments unreadable.
  private static func canDelimit(_ byte: UInt8) -> Bool {
    switch byte {
    case 0x21...0x2F, 0x3A...0x40, 0x5B...0x60, 0x7B...0x7E: true
    default: false
    }
  }

  /// MSH-2.
  public var encodingCharacters: [UInt8] {
    [component, repetition] + [escape, subcomponent, truncation].compactMap { $0 }
  }
}
