// SPDX-License-Identifier: Apache-2.0

/// A document inside a field (ED, HL7 v2.5.1 §2.A.24), such as a PDF in OBX-5.
public struct EncapsulatedData: Sendable, Hashable {
  /// `application`, `text`, … (table 0191).
  public var type: String
  /// `pdf`, `xml`, … (table 0291).
  public var subtype: String
  public var data: [UInt8]

  public init(type: String, subtype: String, data: [UInt8]) {
    self.type = type
    self.subtype = subtype
    self.data = data
  }

  /// Nil where the encoding is none of Base64, Hex and A, or the data are not of it.
  public init?(_ repetition: Repetition) {
    let text = repetition[5].text
    let data: [UInt8]?
    switch repetition[4].value.lowercased() {
    case "base64": data = Base64.decode(text)
    case "hex": data = Self.hexadecimal(text)
    case "a", "": data = Array(text.utf8)
    default: data = nil
    }
    guard let data else { return nil }
    self.init(type: repetition[2].value, subtype: repetition[3].value, data: data)
  }

  private static func hexadecimal(_ text: String) -> [UInt8]? {
    let digits = text.compactMap(\.hexDigitValue)
    guard digits.count == text.count, digits.count % 2 == 0 else { return nil }
    return stride(from: 0, to: digits.count, by: 2).map { UInt8(digits[$0] << 4 | digits[$0 + 1]) }
  }

  public var content: FieldContent {
    FieldContent(components: ["", type, subtype, "Base64", Base64.encode(data)])
  }
}
