// SPDX-License-Identifier: Apache-2.0

/// A segment: its name, its fields as they stand, and how it ends. Nothing is changed by reading it.
public struct Segment: Sendable, Hashable {
  /// Three characters; in a malformed message whatever stands before the first delimiter.
  public let name: String
  /// Field n is element n - 1. For MSH, FHS and BHS the first is the separator itself (HL7 v2.5.1 §2.15.9.1).
  public private(set) var fields: [[UInt8]]
  /// CR, or what stands in its place in the message; empty at the end of a message without.
  public var terminator: [UInt8]
  public let coding: Coding

  /// An empty segment, to be filled.
  public init(_ name: String, coding: Coding) {
    self.name = name
    self.coding = coding
    terminator = [0x0D]
    let delimiters = coding.delimiters
    fields = Delimiters.headers.contains(name) ? [[delimiters.field], delimiters.encodingCharacters] : []
  }

  init(line: ArraySlice<UInt8>, terminator: [UInt8], coding: Coding) {
    var pieces = coding.split(line, at: coding.delimiters.field).map { Array($0) }
    // Latin 1 keeps the bytes of a name that is none.
    name = String(String.UnicodeScalarView(pieces[0].map { UnicodeScalar($0) }))
    pieces.removeFirst()
    fields = Delimiters.headers.contains(name) ? [[coding.delimiters.field]] + pieces : pieces
    self.terminator = terminator
    self.coding = coding
  }

  /// Field by number from 1; empty where it is absent.
  public subscript(number: Int) -> Field {
    Field(bytes: number >= 1 && number <= fields.count ? fields[number - 1][...] : [], coding: coding)
  }

  /// Replaces a field's bytes, which must be escaped; adds empty fields as needed.
  public mutating func replace(_ number: Int, bytes: [UInt8]) {
    guard number >= 1, number <= Location.maximumNumber else { return }
    while fields.count < number { fields.append([]) }
    fields[number - 1] = bytes
  }

  /// Replaces a field's content, escaped and encoded.
  public mutating func set(_ number: Int, _ content: FieldContent) {
    replace(number, bytes: TextEncoder(coding).encode(content))
  }

  /// As it stands in a message, its terminator included.
  public func encode() -> [UInt8] {
    let isHeader = Delimiters.headers.contains(name)
    var bytes = name.unicodeScalars.map { UInt8(truncatingIfNeeded: $0.value) }
    for field in isHeader ? fields.dropFirst() : fields[...] {
      bytes.append(coding.delimiters.field)
      bytes += field
    }
    return bytes + terminator
  }

  /// Whether the name is one that the standard allows (§2.5.2): three capitals or digits, a letter first.
  public var hasName: Bool {
    let letters = Array(name.utf8)
    return letters.count == 3 && (0x41...0x5A).contains(letters[0])
      && letters.dropFirst().allSatisfy { (0x41...0x5A).contains($0) || (0x30...0x39).contains($0) }
  }
}
