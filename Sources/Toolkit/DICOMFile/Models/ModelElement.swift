// SPDX-License-Identifier: Apache-2.0

import DICOMCore
import DICOMDictionary

/// Makes elements of what stands in a model.
enum ModelElement {
  /// Longest text of a number; what is longer is none.
  private static let longestNumber = 64

  /// An element of the texts of its values, absent ones empty. Text is encoded in UTF-8.
  static func of(_ texts: [String], tag: Tag, vr: VR, code: ReadError.Code, path: String) throws(ReadError)
    -> DataElement
  {
    var bytes: [UInt8] = []
    do throws(Refusal) {
      switch vr {
      case _ where vr.isText: bytes = text(texts, vr)
      case .FL: for text in texts { append(try float(text).bitPattern, &bytes) }
      case .FD: for text in texts { append(try double(text).bitPattern, &bytes) }
      case .US: for text in texts { append(try integer(text, UInt16.self), &bytes) }
      case .SS: for text in texts { append(try integer(text, Int16.self), &bytes) }
      case .UL: for text in texts { append(try integer(text, UInt32.self), &bytes) }
      case .SL: for text in texts { append(try integer(text, Int32.self), &bytes) }
      case .UV: for text in texts { append(try integer(text, UInt64.self), &bytes) }
      case .SV: for text in texts { append(try integer(text, Int64.self), &bytes) }
      case .AT:
        for text in texts {
          let tag = try target(text)
          append(tag.group, &bytes)
          append(tag.element, &bytes)
        }
      default:
        guard texts.isEmpty else { throw Refusal(reason: "\(vr.name) has neither text nor numbers.") }
      }
    } catch {
      throw ReadError(code, error.reason, path: path)
    }
    return DataElement(tag: tag, vr: vr, value: .bytes(ByteSlice(bytes)))
  }

  /// An element of base64.
  static func of(base64: String, tag: Tag, vr: VR, code: ReadError.Code, path: String) throws(ReadError)
    -> DataElement
  {
    guard var bytes = Base64.decode(base64) else { throw ReadError(code, "InlineBinary is no base64.", path: path) }
    if bytes.count % 2 == 1 { bytes.append(vr.isText && vr != .UI ? 0x20 : 0) }
    return DataElement(tag: tag, vr: vr, value: .bytes(ByteSlice(bytes)))
  }

  /// An element whose value is behind a URI.
  static func of(_ bulkData: ByteSlice?, tag: Tag, vr: VR) -> DataElement {
    guard let bulkData else { return DataElement(tag: tag, vr: vr, value: .bytes(.empty)) }
    if tag == .pixelData, vr == .OB || vr == .OW || vr == .UN,
      let fragments = EncapsulatedValue.fragments(bulkData)
    {
      return DataElement(tag: tag, vr: .OB, value: .fragments(fragments))
    }
    return DataElement(tag: tag, vr: vr, value: .bytes(bulkData))
  }

  /// The data set of elements, whose text is in UTF-8; Specific Character Set says so where any text needs it or where
  /// the model has one.
  static func dataSet(_ elements: [DataElement], statesCharacterSet: Bool) -> DataSet {
    let needsCharacterSet =
      statesCharacterSet
      || elements.contains { element in
        guard element.vr.usesSpecificCharacterSet, let bytes = element.bytes else { return false }
        return bytes.withUnsafeBytes { $0.contains { $0 >= 0x80 } }
      }
    var result = DataSet(elements: elements, isOrdered: false, inheritedCharacterSet: .utf8)
    if needsCharacterSet { result.set(.specificCharacterSet, .CS, "ISO_IR 192") }
    return result
  }

  /// Why a value is refused.
  private struct Refusal: Error { let reason: String }

  private static func text(_ texts: [String], _ vr: VR) -> [UInt8] {
    var bytes = Array(texts.joined(separator: "\\").utf8)
    if bytes.count % 2 == 1 { bytes.append(vr == .UI ? 0 : 0x20) }
    return bytes
  }

  private static func append<Number: FixedWidthInteger>(_ number: Number, _ bytes: inout [UInt8]) {
    withUnsafeBytes(of: number.littleEndian) { bytes.append(contentsOf: $0) }
  }

  private static func integer<Number: FixedWidthInteger>(_ text: String, _: Number.Type) throws(Refusal) -> Number {
    // A whole number may be written as 512.0.
    if let number = Number(text) ?? Double(bounded(text)).flatMap({ Number(exactly: $0) }) { return number }
    throw Refusal(reason: "\(bounded(text)) is no whole number, or out of range.")
  }

  private static func double(_ text: String) throws(Refusal) -> Double {
    switch text {
    case "NaN", "nan": return .nan
    case "inf", "Infinity", "INF", "Inf": return .infinity
    case "-inf", "-Infinity", "-INF", "-Inf": return -.infinity
    default:
      guard let number = Double(bounded(text)) else { throw Refusal(reason: "\(bounded(text)) is no number.") }
      return number
    }
  }

  private static func float(_ text: String) throws(Refusal) -> Float {
    if let number = Float(bounded(text)) { return number }
    return Float(try double(text))
  }

  private static func target(_ text: String) throws(Refusal) -> Tag {
    if let tag = Tag(hexadecimal: text) { return tag }
    return Tag(rawValue: try integer(text, UInt32.self))
  }

  private static func bounded(_ text: String) -> String { String(text.prefix(longestNumber)) }

  /// A number as a decimal string, which has 16 characters at most (PS3.5 §6.2); what is longer loses its last digits.
  static func decimal(_ text: String) -> String {
    let longest = 16
    guard text.utf8.count > longest, let number = Double(bounded(text)), number.isFinite else { return text }
    let plain = "\(number)"
    let shortest = plain.hasSuffix(".0") ? String(plain.dropLast(2)) : plain
    if shortest.utf8.count <= longest { return shortest }
    let parts = shortest.split(separator: "e")
    let sign = number < 0 ? "-" : ""
    let mantissa = parts[0].drop { $0 == "-" }
    let whole = mantissa.prefix { $0 != "." }
    let exponent = parts.count > 1 ? Int(parts[1]) ?? 0 : 0
    // Digits behind the point may go; of a longer number the power of ten is written.
    if exponent == 0, sign.utf8.count + whole.utf8.count + 1 < longest, whole != "0" {
      return sign + mantissa.prefix(longest - sign.utf8.count)
    }
    let all = mantissa.filter { $0 != "." }
    let digits = all.drop { $0 == "0" }
    let power = exponent + whole.utf8.count - 1 - (all.count - digits.count)
    let tail = power == 0 ? "" : "e\(power)"
    let room = longest - sign.utf8.count - tail.utf8.count - 2
    return sign + digits.prefix(1) + "." + digits.dropFirst().prefix(room) + tail
  }
}
