// SPDX-License-Identifier: Apache-2.0

/// Escapes text and encodes it in the message's character set.
struct TextEncoder {
  private let coding: Coding

  init(_ coding: Coding) { self.coding = coding }

  func encode(_ content: FieldContent) -> [UInt8] {
    let delimiters = coding.delimiters
    let repetitions = content.repetitions.map { components in
      let pieces = components.map { subcomponents in
        let texts = subcomponents.map { Array(escape($0)) }
        guard let delimiter = delimiters.subcomponent else { return texts.first ?? [] }
        return trimmed(texts, delimiter)
      }
      return trimmed(pieces, delimiters.component)
    }
    return Array(repetitions.joined(separator: [delimiters.repetition]))
  }

  /// Joined, without what is empty at the end.
  private func trimmed(_ pieces: [[UInt8]], _ delimiter: UInt8) -> [UInt8] {
    var pieces = pieces
    while pieces.count > 1, pieces.last?.isEmpty == true { pieces.removeLast() }
    return Array(pieces.joined(separator: [delimiter]))
  }

  /// Encoded text with delimiters escaped; line ends become `.br`, other controls hexadecimal. The null value stays.
  private func escape(_ text: String) -> [UInt8] {
    let delimiters = coding.delimiters
    guard let escape = delimiters.escape else { return encoded(text) }
    var result: [UInt8] = []
    var plain = String.UnicodeScalarView()
    func flush() {
      result += encoded(String(plain))
      plain = String.UnicodeScalarView()
    }
    var previous: Unicode.Scalar?
    for scalar in text.unicodeScalars {
      defer { previous = scalar }
      let name: String?
      switch scalar.value {
      case 0x0A: name = previous == "\r" ? "" : ".br"
      case 0x0D, 0x85, 0x2028, 0x2029: name = ".br"
      case 0..<0x20, 0x7F: name = "X" + hexadecimal(UInt8(scalar.value))
      case UInt32(delimiters.field): name = "F"
      case UInt32(delimiters.component): name = "S"
      case UInt32(delimiters.repetition): name = "R"
      case UInt32(escape): name = "E"
      default:
        name =
          if let value = delimiters.subcomponent, scalar.value == UInt32(value) {
            "T"
          } else if let
            value = delimiters.truncation, scalar.value == UInt32(value)
          { "P" } else { nil }
      }
      guard let name else {
        plain.append(scalar)
        continue
      }
      flush()
      if !name.isEmpty { result += [escape] + Array(name.utf8) + [escape] }
    }
    flush()
    return result
  }

  private func hexadecimal(_ byte: UInt8) -> String {
    (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true)
  }

  /// What the set lacks becomes a question mark.
  private func encoded(_ text: String) -> [UInt8] {
    let bytes = Array(text.utf8)
    guard bytes.contains(where: { $0 >= 0x80 }) else { return bytes }
    guard let set = coding.characterSets.primary, set != .utf8, set.width != .iso2022 else {
      return coding.characterSets.primary?.width == .iso2022 ? question(text) : bytes
    }
    return Conversion.convert(bytes[...], from: "UTF-8", to: set.encoding, replacement: [0x3F])?.bytes ?? question(text)
  }

  private func question(_ text: String) -> [UInt8] {
    text.unicodeScalars.map { $0.value < 0x80 ? UInt8($0.value) : 0x3F }
  }
}
