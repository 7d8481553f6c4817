// SPDX-License-Identifier: Apache-2.0

import DICOMCore

/// The header fields of one part of a multipart message (PS3.18 §8.6.1.2).
public struct PartHeader: Hashable, Sendable {
  /// A header field: name and value.
  public struct Field: Hashable, Sendable {
    /// In lower case.
    public var name: String
    public var value: String

    public init(_ name: String, _ value: String) {
      self.name = name
      self.value = value
    }
  }

  static let maximumFields = 64

  public var fields: [Field]

  public init(fields: [Field]) { self.fields = fields }

  init(parsing block: ByteSlice, at position: Int) throws(WebError) {
    fields = []
    let text = block.withUnsafeBytes { String(decoding: $0, as: UTF8.self) }
    for line in text.split(separator: "\r\n") {
      // A line that begins with a space continues the one before (RFC 822 §3.1.1).
      if let first = line.first, first == " " || first == "\t", let last = fields.indices.last {
        fields[last].value += " " + Self.trimmed(line)
        continue
      }
      guard let colon = line.firstIndex(of: ":"), colon > line.startIndex else {
        throw WebError(.malformed, "A header line of a part has no name.", at: "byte \(position) of the message")
      }
      guard fields.count < Self.maximumFields else {
        throw WebError(.tooLarge, "A part has too many header lines.", at: "byte \(position) of the message")
      }
      fields.append(Field(Self.trimmed(line[..<colon]).lowercased(), Self.trimmed(line[line.index(after: colon)...])))
    }
  }

  /// The value of the first field with this name, compared without regard to case.
  public subscript(name: String) -> String? {
    let name = name.lowercased()
    return fields.first { $0.name == name }?.value
  }

  /// Content-Type; nil where it is missing or cannot be read.
  public var contentType: MediaType? { self["content-type"].flatMap { try? MediaType(parsing: $0) } }

  private static func trimmed(_ text: some StringProtocol) -> String {
    String(text.drop { $0 == " " || $0 == "\t" }.reversed().drop { $0 == " " || $0 == "\t" }.reversed())
  }
}
