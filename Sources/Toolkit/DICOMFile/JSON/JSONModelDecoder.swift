// SPDX-License-Identifier: Apache-2.0

import DICOMCore
import DICOMDictionary

/// Makes data sets of the DICOM JSON model (PS3.18 §F.2). Depth is that of the JSON text, which its reader limits.
struct JSONModelDecoder {
  let bulkData: (String) -> ByteSlice?

  func dataSet(_ json: JSONValue, path: String) throws(ReadError) -> DataSet {
    guard let members = json.members else { throw failure("A data set is a JSON object.", path) }
    var elements: [DataElement] = []
    var needsCharacterSet = false
    for member in members {
      guard member.name.utf8.count == 8, let tag = Tag(hexadecimal: member.name) else {
        throw failure("\(member.name) is no tag.", path)
      }
      // What is in the text is UTF-8, whatever the source was.
      guard tag != .specificCharacterSet else {
        needsCharacterSet = true
        continue
      }
      let element = try element(tag, member.value, path: path.isEmpty ? "\(tag)" : "\(path).\(tag)")
      if !needsCharacterSet, element.vr.usesSpecificCharacterSet, let bytes = element.bytes {
        needsCharacterSet = bytes.withUnsafeBytes { $0.contains { $0 >= 0x80 } }
      }
      elements.append(element)
    }
    var result = DataSet(elements: elements, isOrdered: false, inheritedCharacterSet: .utf8)
    if needsCharacterSet { result.set(.specificCharacterSet, .CS, "ISO_IR 192") }
    return result
  }

  private func element(_ tag: Tag, _ json: JSONValue, path: String) throws(ReadError) -> DataElement {
    let vr: VR
    if let name = json["vr"]?.string {
      guard let known = VR(name) else { throw failure("\(name) is no VR.", path) }
      vr = known
    } else {
      vr = DataDictionary.vr(for: tag) ?? .UN
    }
    if let base64 = json["InlineBinary"]?.string {
      guard let bytes = Base64.decode(base64) else { throw failure("InlineBinary is no base64.", path) }
      return DataElement(tag: tag, vr: vr, value: .bytes(ByteSlice(padded(bytes, vr))))
    }
    if let uri = json["BulkDataURI"]?.string {
      return DataElement(tag: tag, vr: vr, value: .bytes(bulkData(uri) ?? .empty))
    }
    let values = json["Value"]?.array ?? []
    if vr == .SQ {
      var items: [DataSet] = []
      for (index, value) in values.enumerated() {
        items.append(value == .null ? DataSet() : try dataSet(value, path: "\(path)[\(index)]"))
      }
      return DataElement(tag: tag, vr: .SQ, value: .items(items))
    }
    return try element(tag, vr, values, path: path)
  }

  private func element(_ tag: Tag, _ vr: VR, _ values: [JSONValue], path: String) throws(ReadError) -> DataElement {
    var dataSet = DataSet(inheritedCharacterSet: .utf8)
    switch vr {
    case _ where vr.isText:
      var texts: [String] = []
      for value in values { texts.append(try text(value, vr, path)) }
      dataSet.set(tag, vr, texts)
    case .FL, .FD:
      var numbers: [Double] = []
      for value in values { numbers.append(try number(value, path)) }
      dataSet.set(tag, vr, doubles: numbers)
    case .UV:
      var bytes: [UInt8] = []
      for value in values {
        guard let number = UInt64(value.string ?? value.numberText ?? "") else { throw failure("no UV value", path) }
        withUnsafeBytes(of: number.littleEndian) { bytes.append(contentsOf: $0) }
      }
      dataSet.set(DataElement(tag: tag, vr: vr, value: .bytes(ByteSlice(bytes))))
    case .US, .SS, .UL, .SL, .SV, .AT:
      var numbers: [Int] = []
      for value in values { numbers.append(try integer(value, vr, path)) }
      dataSet.set(tag, vr, integers: numbers)
    default:
      guard values.isEmpty else { throw failure("\(vr.name) needs InlineBinary or BulkDataURI.", path) }
      dataSet.set(DataElement(tag: tag, vr: vr, value: .bytes(.empty)))
    }
    return dataSet[tag] ?? DataElement(tag: tag, vr: vr, value: .bytes(.empty))
  }

  private func text(_ value: JSONValue, _ vr: VR, _ path: String) throws(ReadError) -> String {
    switch value {
    case .null: return ""
    case .string(let text): return text
    case .number(let text):
      return vr == .DS && text.utf8.count > 16 ? shortened(text) : text
    case .object where vr == .PN:
      let groups = ["Alphabetic", "Ideographic", "Phonetic"].map { value[$0]?.string ?? "" }
      let count = (groups.lastIndex { !$0.isEmpty } ?? 0) + 1
      return groups.prefix(count).joined(separator: "=")
    default: throw failure("This is no value of \(vr.name).", path)
    }
  }

  /// A decimal string has 16 characters at most (PS3.5 §6.2).
  private func shortened(_ text: String) -> String {
    guard let number = Double(text) else { return text }
    var shortest = "\(number)"
    var scale = 1e15
    while shortest.utf8.count > 16, scale >= 1 {
      if abs(number) < 1e15, abs(number) >= 1e-4 {
        shortest = "\((number * scale).rounded() / scale)"
      } else {
        break
      }
      scale /= 10
    }
    return shortest.utf8.count > 16
      ? String(shortest.prefix(while: { $0 != "e" }).prefix(10)) + exponent(shortest) : shortest
  }

  private func exponent(_ text: String) -> String {
    text.firstIndex(of: "e").map { String(text[$0...]) } ?? ""
  }

  private func number(_ value: JSONValue, _ path: String) throws(ReadError) -> Double {
    switch value.string ?? value.numberText {
    case "NaN": return .nan
    case "inf", "Infinity": return .infinity
    case "-inf", "-Infinity": return -.infinity
    case let text?:
      guard let number = Double(text) else { throw failure("\(text) is no number.", path) }
      return number
    case nil: throw failure("This is no number.", path)
    }
  }

  private func integer(_ value: JSONValue, _ vr: VR, _ path: String) throws(ReadError) -> Int {
    if vr == .AT, let text = value.string, let tag = Tag(hexadecimal: text) { return Int(tag.rawValue) }
    guard let text = value.string ?? value.numberText,
      let number = Int(text) ?? Double(text).flatMap({ Int(exactly: $0) })
    else { throw failure("This is no whole number.", path) }
    return number
  }

  private func padded(_ bytes: [UInt8], _ vr: VR) -> [UInt8] {
    bytes.count % 2 == 0 ? bytes : bytes + [vr.isText && vr != .UI ? 0x20 : 0]
  }

  private func failure(_ reason: String, _ path: String) -> ReadError {
    ReadError(.invalidJSON, reason, path: path)
  }
}

extension JSONValue {
  fileprivate var numberText: String? { if case .number(let text) = self { text } else { nil } }
}
