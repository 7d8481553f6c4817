// SPDX-License-Identifier: Apache-2.0

/// XML text under construction (XML 1.0), in UTF-8.
struct XMLText {
  private(set) var bytes: [UInt8] = []
  // A start tag still lacks its >.
  private var isTagOpen = false

  /// What was written since the last call.
  mutating func takeBytes() -> [UInt8] {
    defer { bytes = [] }
    return bytes
  }

  /// Text that is XML already.
  mutating func raw(_ text: String) {
    closeTag()
    bytes.append(contentsOf: text.utf8)
  }

  mutating func start(_ name: String) {
    closeTag()
    bytes.append(UInt8(ascii: "<"))
    bytes.append(contentsOf: name.utf8)
    isTagOpen = true
  }

  /// An attribute of the start tag that was written last.
  mutating func attribute(_ name: String, _ value: String) {
    bytes.append(UInt8(ascii: " "))
    bytes.append(contentsOf: name.utf8)
    bytes.append(UInt8(ascii: "="))
    bytes.append(UInt8(ascii: "\""))
    escape(value, isAttribute: true)
    bytes.append(UInt8(ascii: "\""))
  }

  mutating func end(_ name: String) {
    if isTagOpen {
      bytes.append(contentsOf: "/>".utf8)
      isTagOpen = false
      return
    }
    bytes.append(contentsOf: "</".utf8)
    bytes.append(contentsOf: name.utf8)
    bytes.append(UInt8(ascii: ">"))
  }

  mutating func text(_ text: some StringProtocol) {
    closeTag()
    escape(text, isAttribute: false)
  }

  mutating func base64(_ data: UnsafeRawBufferPointer) {
    closeTag()
    Base64.encode(data, into: &bytes)
  }

  private mutating func closeTag() {
    if isTagOpen { bytes.append(UInt8(ascii: ">")) }
    isTagOpen = false
  }

  /// Runs without special characters are copied whole.
  private mutating func escape(_ text: some StringProtocol, isAttribute: Bool) {
    var text = String(text)
    text.withUTF8 { utf8 in
      var start = 0
      for index in utf8.indices {
        guard let replacement = Self.replacement(utf8, index, isAttribute: isAttribute) else { continue }
        bytes.append(contentsOf: utf8[start..<index])
        bytes.append(contentsOf: replacement.utf8)
        // U+FFFE and U+FFFF have three bytes.
        start = index + (utf8[index] == 0xEF ? 3 : 1)
      }
      bytes.append(contentsOf: utf8[start...])
    }
  }

  /// What stands for the character that begins at `index`. XML 1.0 has no way to write most control characters, nor
  /// U+FFFE and U+FFFF (§2.2): a replacement character stands for them.
  private static func replacement(_ utf8: UnsafeBufferPointer<UInt8>, _ index: Int, isAttribute: Bool) -> String? {
    switch utf8[index] {
    case UInt8(ascii: "&"): return "&amp;"
    case UInt8(ascii: "<"): return "&lt;"
    case UInt8(ascii: ">"): return "&gt;"
    case UInt8(ascii: "\""): return isAttribute ? "&quot;" : nil
    case 0x0D: return "&#13;"
    case 0x0A: return isAttribute ? "&#10;" : nil
    case 0x09: return isAttribute ? "&#9;" : nil
    case 0..<0x20: return "\u{FFFD}"
    case 0xEF where index + 2 < utf8.count && utf8[index + 1] == 0xBF && utf8[index + 2] >= 0xBE: return "\u{FFFD}"
    default: return nil
    }
  }
}
