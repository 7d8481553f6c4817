// SPDX-License-Identifier: Apache-2.0

import DICOMCore
import DICOMDictionary

/// How `dump` prints an entry, for people or for programs.
struct DumpText {
  /// Bytes of a value that people see unless they ask for more.
  static let defaultLength = 128
  /// Bytes of a binary value that stand in JSON unless more is asked for.
  static let defaultInlineLength = 1_024

  let isForPrograms: Bool

  /// - Parameter isAlone: what encloses the entry is not printed, so the line names it.
  func line(_ entry: DumpWalker.Entry, isAlone: Bool) -> String? {
    if isForPrograms { return programLine(entry) }
    return isAlone && !entry.path.isEmpty ? "# in \(entry.path)\n\(readableLine(entry))" : readableLine(entry)
  }

  // MARK: For people

  private func readableLine(_ entry: DumpWalker.Entry) -> String {
    let indent = String(repeating: "  ", count: entry.depth)
    let length = entry.length == DataElement.undefinedLength ? "u/l" : String(entry.length)
    switch entry.kind {
    case .item(let number): return "\(indent)[\(number)]"
    case .fragment(let number):
      return "\(indent)fragment \(number), \(length) bytes: \(hexadecimal(entry.value, entry.isCut, separator: " "))"
    case .element, .sequence, .fragments: break
    }
    guard let tag = entry.tag else { return indent }
    let name = DataDictionary.entry(for: tag)?.keyword ?? privateName(entry, tag)
    let head = "\(indent)\(tag) \(entry.vr.name) \(padded(length)) \(name)"
    guard case .element = entry.kind, !entry.value.isEmpty else { return head }
    return "\(head) = \(readableValue(entry, tag))"
  }

  private func privateName(_ entry: DumpWalker.Entry, _ tag: Tag) -> String {
    guard tag.isPrivate else { return "(unknown)" }
    let keyword = PrivateDictionary.entry(for: tag, in: entry.dataSet)?.keyword ?? ""
    return keyword.isEmpty ? "(private)" : "(private \(keyword))"
  }

  private func padded(_ length: String) -> String {
    String(repeating: " ", count: max(0, 6 - length.utf8.count)) + length
  }

  private func readableValue(_ entry: DumpWalker.Entry, _ tag: Tag) -> String {
    let rest = entry.isCut ? " …" : ""
    switch entry.vr {
    case .OB, .UN: return hexadecimal(entry.value, entry.isCut, separator: " ")
    case .AT:
      return (entry.dataSet.integers(tag) ?? []).map { number in
        let target = Tag(rawValue: UInt32(number))
        return DataDictionary.entry(for: target).map { "\(target) \($0.keyword)" } ?? "\(target)"
      }.joined(separator: ", ") + rest
    case .UI:
      return (entry.dataSet.strings(tag) ?? []).map { text in
        UIDDictionary.entry(for: UID(text)).map { "\(text) (\($0.name))" } ?? text
      }.joined(separator: ", ") + rest
    default:
      let values = entry.dataSet.strings(tag) ?? []
      return values.map(ValueText.printable).joined(separator: entry.vr.isText ? "\\" : ", ") + rest
    }
  }

  // MARK: For programs

  /// Path, tag, VR, length, value. Text stands byte by byte as in the file, without padding, other than printable
  /// ASCII as three octal digits behind a backslash. Items have no line of their own; they show in the path.
  private func programLine(_ entry: DumpWalker.Entry) -> String? {
    let length = entry.length == DataElement.undefinedLength ? "u" : String(entry.length)
    switch entry.kind {
    case .item: return nil
    case .fragment(let number):
      return "\(entry.path)\t[\(number)]\tpi\t\(length)\t\(hexadecimal(entry.value, entry.isCut, separator: "\\"))"
    case .sequence, .fragments, .element:
      guard let tag = entry.tag else { return nil }
      return "\(entry.path)\t\(tag)\t\(entry.vr.name)\t\(length)\t\(programValue(entry, tag))"
    }
  }

  private func programValue(_ entry: DumpWalker.Entry, _ tag: Tag) -> String {
    if entry.vr.isText { return octal(entry.value) }
    switch entry.vr {
    case .OB, .UN: return hexadecimal(entry.value, entry.isCut, separator: "\\")
    case .OW:
      return (entry.dataSet.integers(tag) ?? []).map { number in
        let digits = String(number, radix: 16)
        return String(repeating: "0", count: 4 - digits.utf8.count) + digits
      }.joined(separator: "\\")
    case .AT:
      return (entry.dataSet.integers(tag) ?? []).map { "\(Tag(rawValue: UInt32($0)))" }.joined(separator: "\\")
    default: return (entry.dataSet.strings(tag) ?? []).joined(separator: "\\")
    }
  }

  private func octal(_ value: ByteSlice) -> String {
    var bytes = value.array
    while let last = bytes.last, last == 0x20 || last == 0 { bytes.removeLast() }
    var text: [UInt8] = []
    for byte in bytes {
      if (0x20..<0x7F).contains(byte) {
        text.append(byte)
      } else {
        text.append(0x5C)
        for shift in [6, 3, 0] { text.append(0x30 + (byte >> shift & 7)) }
      }
    }
    return String(decoding: text, as: UTF8.self)
  }

  private func hexadecimal(_ value: ByteSlice, _ isCut: Bool, separator: Character) -> String {
    let digits = Array("0123456789abcdef".utf8)
    let mark = separator.asciiValue ?? 0x20
    var text: [UInt8] = []
    text.reserveCapacity(value.count * 3)
    value.withUnsafeBytes { bytes in
      for (index, byte) in bytes.enumerated() {
        if index > 0 { text.append(mark) }
        text.append(digits[Int(byte >> 4)])
        text.append(digits[Int(byte & 15)])
      }
    }
    return String(decoding: text, as: UTF8.self) + (isCut ? "…" : "")
  }
}
