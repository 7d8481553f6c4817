// SPDX-License-Identifier: Apache-2.0

/// A character set that MSH-18 may name (HL7 v2.5.1 table 0211).
public struct CharacterSet: Sendable, Hashable {
  /// The table's value.
  public let name: String
  /// The C library's name of an encoding that contains it.
  let encoding: String
  let width: Width

  /// How many bytes a character takes, as far as finding delimiters asks.
  enum Width: Sendable, Hashable {
    /// Bytes below 80H are ASCII.
    case asciiSafe
    /// A byte from 81H on takes the next one with it, which may look like a delimiter.
    case doubleByte
    /// GB 18030: two or four bytes.
    case gb18030
    /// Reached by escape sequences of ISO 2022 alone.
    case iso2022
  }

  public static let ascii = CharacterSet(name: "ASCII", encoding: "ASCII", width: .asciiSafe)
  public static let latin1 = CharacterSet(name: "8859/1", encoding: "ISO-8859-1", width: .asciiSafe)
  public static let utf8 = CharacterSet(name: "UNICODE UTF-8", encoding: "UTF-8", width: .asciiSafe)

  /// All values of the table that stand for an encoding of bytes.
  public static let all: [CharacterSet] =
    [ascii, utf8]
    + [1, 2, 3, 4, 5, 6, 7, 8, 9, 15].map {
      CharacterSet(name: "8859/\($0)", encoding: "ISO-8859-\($0)", width: .asciiSafe)
    } + [
      CharacterSet(name: "ISO IR6", encoding: "ASCII", width: .asciiSafe),
      CharacterSet(name: "ISO IR13", encoding: "JISX0201", width: .iso2022),
      CharacterSet(name: "ISO IR14", encoding: "JISX0201", width: .iso2022),
      CharacterSet(name: "ISO IR87", encoding: "EUC-JP", width: .iso2022),
      CharacterSet(name: "ISO IR159", encoding: "EUC-JP", width: .iso2022),
      CharacterSet(name: "GB 18030-2000", encoding: "GB18030", width: .gb18030),
      CharacterSet(name: "KS X 1001", encoding: "EUC-KR", width: .asciiSafe),
      CharacterSet(name: "CNS 11643-1992", encoding: "EUC-TW", width: .asciiSafe),
      CharacterSet(name: "BIG-5", encoding: "BIG5", width: .doubleByte),
      CharacterSet(name: "UNICODE", encoding: "UTF-8", width: .asciiSafe),
      CharacterSet(name: "UNICODE UTF-16", encoding: "UTF-8", width: .asciiSafe),
      CharacterSet(name: "UNICODE UTF-32", encoding: "UTF-8", width: .asciiSafe),
    ]

  /// The set of a value as the table writes it, or as senders write it.
  public init?(named value: String) {
    let key = Self.key(value)
    let synonym = Self.synonyms[key] ?? key
    guard let known = Self.all.first(where: { Self.key($0.name) == synonym }) else { return nil }
    self = known
  }

  init(name: String, encoding: String, width: Width) {
    self.name = name
    self.encoding = encoding
    self.width = width
  }

  /// Capitals and digits alone.
  private static func key(_ value: String) -> String {
    String(
      String.UnicodeScalarView(
        value.uppercased().unicodeScalars.filter { ("A"..."Z").contains($0) || ("0"..."9").contains($0) }))
  }

  private static let synonyms: [String: String] = {
    var names = [
      "UTF8": "UNICODEUTF8", "UTF16": "UNICODEUTF16", "UTF32": "UNICODEUTF32", "USASCII": "ASCII", "LATIN1": "88591",
      "GB18030": "GB180302000", "GB180302005": "GB180302000", "KSX1001": "KSX1001", "KSC5601": "KSX1001",
      "EUCKR": "KSX1001", "ISOIR149": "KSX1001", "CNS11643": "CNS116431992", "ISOIR192": "UNICODEUTF8",
      "ISOIR100": "88591", "ISOIR101": "88592", "ISOIR109": "88593", "ISOIR110": "88594", "ISOIR144": "88595",
      "ISOIR127": "88596", "ISOIR126": "88597", "ISOIR138": "88598", "ISOIR148": "88599",
    ]
    for part in [1, 2, 3, 4, 5, 6, 7, 8, 9, 15] { names["ISO8859\(part)"] = "8859\(part)" }
    return names
  }()
}
