// SPDX-License-Identifier: Apache-2.0

/// Resolves escape sequences (HL7 v2.5.1 §2.7) and character sets.
struct TextDecoder {
  private let coding: Coding
  private var pending: [UInt8] = []
  private var result = DecodedText(text: "", findings: [])

  init(_ coding: Coding) { self.coding = coding }

  /// An escape sequence longer than this is text: only hexadecimal data is long.
  static let maximumEscape = 64

  consuming func decode(_ bytes: ArraySlice<UInt8>) -> DecodedText {
    guard let escape = coding.delimiters.escape, bytes.contains(escape) else {
      pending = Array(bytes)
      flush()
      return result
    }
    var scanner = CharacterScanner(coding.characterSets)
    var index = bytes.startIndex
    while index < bytes.endIndex {
      let length = scanner.length(of: bytes[index...])
      guard length == 1, bytes[index] == escape else {
        pending += bytes[index..<index + length]
        index += length
        continue
      }
      let rest = bytes[(index + 1)...]
      guard let end = rest.firstIndex(of: escape), isEscape(bytes[(index + 1)..<end]) else {
        // A lone escape character: senders forget to escape it.
        pending.append(escape)
        result.findings.append(.unknownEscape(String(decoding: rest.prefix(8), as: UTF8.self)))
        index += 1
        continue
      }
      resolve(bytes[(index + 1)..<end], escape)
      index = end + 1
    }
    flush()
    return result
  }

  private func isEscape(_ body: ArraySlice<UInt8>) -> Bool {
    guard let kind = body.first else { return false }
    if kind == UInt8(ascii: "X") || kind == UInt8(ascii: "Z") { return true }
    return body.count <= Self.maximumEscape && !body.contains(0x20) || kind == UInt8(ascii: ".")
  }

  private mutating func resolve(_ body: ArraySlice<UInt8>, _ escape: UInt8) {
    let delimiters = coding.delimiters
    let name = String(decoding: body, as: UTF8.self)
    switch name {
    case "F": pending.append(delimiters.field)
    case "S": pending.append(delimiters.component)
    case "R": pending.append(delimiters.repetition)
    case "E": pending.append(escape)
    case "T": pending.append(delimiters.subcomponent ?? UInt8(ascii: "&"))
    case "P": pending.append(delimiters.truncation ?? UInt8(ascii: "#"))
    // Highlighting has no counterpart in plain text.
    case "H", "N": break
    default:
      if name.first == ".", let text = FormattingCommand.plainText(name) {
        flush()
        result.text += text
      } else if let first = name.first, let data = hexadecimal(body.dropFirst()) {
        switch first {
        case "X": pending += data
        // Character set escapes stand for an escape sequence of ISO 2022 with these bytes (§2.7.2).
        case "C", "M": pending += [ISO2022Escape.escape] + data
        default: keep(body, escape)
        }
      } else {
        keep(body, escape)
      }
    }
  }

  /// Leaves a sequence in the text that is not known here.
  private mutating func keep(_ body: ArraySlice<UInt8>, _ escape: UInt8) {
    pending += [escape] + body + [escape]
    result.findings.append(.unknownEscape(String(decoding: body.prefix(Self.maximumEscape), as: UTF8.self)))
  }

  private func hexadecimal(_ digits: ArraySlice<UInt8>) -> [UInt8]? {
    guard !digits.isEmpty, digits.count % 2 == 0 else { return nil }
    var data: [UInt8] = []
    var high: UInt8?
    for digit in digits {
      let value: UInt8
      switch digit {
      case 0x30...0x39: value = digit - 0x30
      case 0x41...0x46: value = digit - 0x37
      case 0x61...0x66: value = digit - 0x57
      default: return nil
      }
      if let upper = high {
        data.append(upper << 4 | value)
        high = nil
      } else {
        high = value
      }
    }
    return data
  }

  /// Decodes the bytes that wait.
  private mutating func flush() {
    guard !pending.isEmpty else { return }
    let (text, findings) = CharacterDecoder.decode(pending[...], coding.characterSets)
    result.text += text
    result.findings += findings
    pending = []
  }
}
