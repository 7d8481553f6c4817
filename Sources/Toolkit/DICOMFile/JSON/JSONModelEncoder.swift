// SPDX-License-Identifier: Apache-2.0

import DICOMCore

/// Writes the DICOM JSON model (PS3.18 §F.2), without recursion.
struct JSONModelEncoder {
  private struct Frame {
    let dataSet: DataSet
    let path: String
    var next = 0
    var items: [DataSet] = []
    var nextItem = 0
    var itemsPath: String?
  }

  /// Largest integer that every reader of JSON numbers keeps (RFC 8259 §6).
  private static let largestSafeInteger = 1 << 53

  private let options: DICOMJSON.EncodingOptions
  private var text = JSONText()

  init(options: DICOMJSON.EncodingOptions) { self.options = options }

  mutating func encode(_ dataSet: DataSet) -> [UInt8] {
    var frames = [Frame(dataSet: dataSet, path: "")]
    text.open("{")
    while let frame = frames.last {
      let top = frames.count - 1
      if let path = frame.itemsPath {
        if frame.nextItem < frame.items.count {
          frames[top].nextItem += 1
          text.open("{")
          frames.append(Frame(dataSet: frame.items[frame.nextItem], path: "\(path)/\(frame.nextItem + 1)/"))
        } else {
          frames[top].itemsPath = nil
          frames[top].items = []
          text.close("]")
          text.close("}")
        }
      } else if frame.next < frame.dataSet.elements.count {
        frames[top].next += 1
        write(frame.dataSet.elements[frame.next], &frames[top])
      } else {
        frames.removeLast()
        text.close("}")
      }
    }
    return text.bytes
  }

  private mutating func write(_ element: DataElement, _ frame: inout Frame) {
    // Group lengths say nothing about JSON (PS3.18 §F.2.2).
    if element.tag.isGroupLength { return }
    let key = element.tag.hexadecimal
    text.name(key)
    text.open("{")
    text.name("vr")
    text.string(element.items == nil ? element.vr.name : "SQ")
    switch element.value {
    case .items(let items) where !items.isEmpty:
      text.name("Value")
      text.open("[")
      frame.items = items
      frame.nextItem = 0
      frame.itemsPath = frame.path + key
      return
    case .items: break
    case .fragments: writeReference(element, frame.path + key)
    case .bytes(let bytes): writeValue(element, bytes, frame)
    }
    text.close("}")
  }

  @discardableResult
  private mutating func writeReference(_ element: DataElement, _ path: String) -> Bool {
    guard let uri = options.bulkDataURI?(path, element) else { return false }
    text.name("BulkDataURI")
    text.string(uri)
    return true
  }

  private mutating func writeValue(_ element: DataElement, _ bytes: ByteSlice, _ frame: Frame) {
    if bytes.isEmpty { return }
    let tag = element.tag
    switch element.vr {
    case .OB, .OD, .OF, .OL, .OV, .OW, .UN, .SQ:
      if writeReference(element, frame.path + tag.hexadecimal) { return }
      text.name("InlineBinary")
      let unit = element.vr.unitSize
      if frame.dataSet.byteOrder == .bigEndian, unit > 1 {
        swapped(bytes, unit).withUnsafeBytes { text.base64($0) }
      } else {
        bytes.withUnsafeBytes { text.base64($0) }
      }
    case .AT: writeList(frame.dataSet.integers(tag) ?? []) { $0.string(Tag(rawValue: UInt32($1)).hexadecimal) }
    case .FL, .FD: writeList(frame.dataSet.doubles(tag) ?? []) { Self.write($1, &$0) }
    case .SS, .US, .SL, .UL: writeList(frame.dataSet.integers(tag) ?? []) { $0.raw(String($1)) }
    case .SV, .UV: writeLongIntegers(frame.dataSet, tag)
    default: writeText(element, frame.dataSet)
    }
  }

  private mutating func writeText(_ element: DataElement, _ dataSet: DataSet) {
    if options.statesUTF8, element.tag == Tag(0x0008, 0x0005) {
      return writeList(["ISO_IR 192"]) { $0.string($1) }
    }
    var values = dataSet.strings(element.tag) ?? []
    if element.vr == .PN { values = values.map { $0.utf8.allSatisfy { $0 == 0x3D } ? "" : $0 } }
    if values.allSatisfy(\.isEmpty) { return }
    writeList(values) { text, value in
      if value.isEmpty { return text.raw("null") }
      switch element.vr {
      case .DS, .IS: Self.writeNumber(value, element.vr, &text)
      case .PN: Self.writeName(value, &text)
      default: text.string(value)
      }
    }
  }

  private mutating func writeList<Value>(_ values: [Value], _ write: (inout JSONText, Value) -> Void) {
    guard !values.isEmpty else { return }
    text.name("Value")
    text.open("[")
    for value in values { write(&text, value) }
    text.close("]")
  }

  private mutating func writeLongIntegers(_ dataSet: DataSet, _ tag: Tag) {
    writeList(dataSet.strings(tag) ?? []) { text, value in
      if let number = Int(value), abs(Double(number)) <= Double(Self.largestSafeInteger) {
        text.raw(value)
      } else {
        text.string(value)
      }
    }
  }

  /// Component groups under their names, empty ones left out (PS3.18 §F.2.2).
  private static func writeName(_ value: String, _ text: inout JSONText) {
    text.open("{")
    for (name, group) in zip(
      ["Alphabetic", "Ideographic", "Phonetic"],
      value.split(separator: "=", maxSplits: 2, omittingEmptySubsequences: false))
    where !group.isEmpty {
      text.name(name)
      text.string(group)
    }
    text.close("}")
  }

  /// NaN and infinities, which JSON numbers cannot express, become strings.
  private static func write(_ number: Double, _ text: inout JSONText) {
    if number.isFinite {
      text.raw(
        number == number.rounded() && abs(number) < 1e15 && (number != 0 || number.sign == .plus)
          ? String(Int64(number)) : "\(number)")
    } else {
      text.string(number.isNaN ? "NaN" : number > 0 ? "Infinity" : "-Infinity")
    }
  }

  /// DS and IS are JSON numbers where they are numbers at all, as they are written where JSON allows that.
  private static func writeNumber(_ value: String, _ vr: VR, _ text: inout JSONText) {
    if isJSONNumber(value) { return text.raw(value) }
    if vr == .IS, let integer = Int(value) { return text.raw(String(integer)) }
    let isDecimal = value.utf8.allSatisfy { "+-.0123456789eE".utf8.contains($0) }
    if isDecimal, let number = Double(value.hasSuffix(".") ? value + "0" : value), number.isFinite {
      return write(number, &text)
    }
    text.string(value)
  }

  static func isJSONNumber(_ value: String) -> Bool {
    var digits = Substring(value)
    if digits.first == "-" { digits.removeFirst() }
    let whole = digits.prefix { $0.isASCII && $0.isNumber }
    guard !whole.isEmpty, whole.count == 1 || whole.first != "0" else { return false }
    digits = digits.dropFirst(whole.count)
    if digits.first == "." {
      let fraction = digits.dropFirst().prefix { $0.isASCII && $0.isNumber }
      guard !fraction.isEmpty else { return false }
      digits = digits.dropFirst(fraction.count + 1)
    }
    guard let mark = digits.first else { return true }
    guard mark == "e" || mark == "E" else { return false }
    digits.removeFirst()
    if digits.first == "+" || digits.first == "-" { digits.removeFirst() }
    return !digits.isEmpty && digits.allSatisfy { $0.isASCII && $0.isNumber }
  }

  private func swapped(_ bytes: ByteSlice, _ unit: Int) -> [UInt8] {
    var result = bytes.array
    var start = 0
    while start + unit <= result.count {
      result[start..<start + unit].reverse()
      start += unit
    }
    return result
  }
}
