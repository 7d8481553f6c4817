// SPDX-License-Identifier: Apache-2.0

/// UTF-16 or UTF-32 of a whole message, known by its first bytes: `MSH` or a byte order mark.
struct WideEncoding: Sendable, Hashable {
  let name: String
  let mark: [UInt8]

  private static let known: [(start: [UInt8], name: String, markLength: Int)] = [
    ([0x00, 0x00, 0xFE, 0xFF], "UTF-32BE", 4), ([0xFF, 0xFE, 0x00, 0x00], "UTF-32LE", 4),
    ([0xFE, 0xFF], "UTF-16BE", 2), ([0xFF, 0xFE], "UTF-16LE", 2), ([0x00, 0x00, 0x00, 0x4D], "UTF-32BE", 0),
    ([0x4D, 0x00, 0x00, 0x00], "UTF-32LE", 0), ([0x00, 0x4D], "UTF-16BE", 0), ([0x4D, 0x00], "UTF-16LE", 0),
  ]

  init?(sniffing bytes: [UInt8]) {
    guard let found = Self.known.first(where: { bytes.starts(with: $0.start) }) else { return nil }
    name = found.name
    mark = Array(bytes.prefix(found.markLength))
  }

  /// The message in UTF-8.
  func decode(_ bytes: [UInt8]) throws(HL7Error) -> [UInt8] {
    guard
      let result = Conversion.convert(bytes[mark.count...], from: name, to: "UTF-8", replacement: []),
      result.replaced == 0
    else { throw HL7Error(.dataType, "the message is not valid \(name)", at: Location(segment: "MSH", field: 18)) }
    return result.bytes
  }

  func encode(_ bytes: [UInt8]) -> [UInt8] {
    mark + (Conversion.convert(bytes[...], from: "UTF-8", to: name, replacement: [])?.bytes ?? bytes)
  }
}
