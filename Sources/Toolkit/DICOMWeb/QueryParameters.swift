// SPDX-License-Identifier: Apache-2.0

/// The query component of a request's target, decoded (PS3.18 §8.3.1, RFC 3986 §3.4).
public struct QueryParameters: Hashable, Sendable {
  /// Name and value, both decoded.
  public struct Parameter: Hashable, Sendable {
    public var name: String
    public var value: String

    public init(_ name: String, _ value: String) {
      self.name = name
      self.value = value
    }
  }

  /// Parameters that are read; a query with more is refused.
  public static let maximumCount = 256

  /// In the order of the query, repeated ones too.
  public var all: [Parameter]

  public init(_ all: [Parameter] = []) { self.all = all }

  /// Parses what stands behind the question mark. A plus sign is a space, as HTML forms write it.
  public init(parsing query: some StringProtocol) throws(WebError) {
    all = []
    for part in query.utf8.split(separator: UInt8(ascii: "&")) {
      guard all.count < Self.maximumCount else {
        throw WebError(.tooLarge, "The query has more than \(Self.maximumCount) parameters.", at: "query")
      }
      let end = part.firstIndex(of: UInt8(ascii: "=")) ?? part.endIndex
      let value = end == part.endIndex ? part[end...] : part[part.index(after: end)...]
      all.append(Parameter(try Self.decode(Array(part[..<end])), try Self.decode(Array(value))))
    }
  }

  /// The first value of a parameter.
  public subscript(name: String) -> String? { all.first { $0.name == name }?.value }

  /// All values of a parameter.
  public func values(_ name: String) -> [String] { all.filter { $0.name == name }.map(\.value) }

  /// A parameter that is a number in a range; nil where it is absent.
  public func integer(_ name: String, in range: ClosedRange<Int>) throws(WebError) -> Int? {
    guard let text = self[name] else { return nil }
    guard let number = Int(text), range.contains(number) else {
      throw WebError(
        .malformed, "It must be a number from \(range.lowerBound) to \(range.upperBound).", at: "parameter \(name)")
    }
    return number
  }

  /// A parameter that is `true` or `false`; false where it is absent.
  public func flag(_ name: String) throws(WebError) -> Bool {
    switch self[name]?.lowercased() {
    case nil, "false", "0": return false
    case "true", "1", "": return true
    default: throw WebError(.malformed, "It must be true or false.", at: "parameter \(name)")
    }
  }

  /// Decodes the escapes of a component of a path, in which a plus sign is a plus sign.
  public static func decode(pathComponent text: some StringProtocol) throws(WebError) -> String {
    try decode(Array(text.utf8), plus: UInt8(ascii: "+"))
  }

  private static func decode(_ bytes: [UInt8], plus: UInt8 = 0x20) throws(WebError) -> String {
    var decoded: [UInt8] = []
    decoded.reserveCapacity(bytes.count)
    var index = 0
    while index < bytes.count {
      if bytes[index] == UInt8(ascii: "%") {
        guard index + 2 < bytes.count, let high = hexadecimal(bytes[index + 1]), let low = hexadecimal(bytes[index + 2])
        else { throw WebError(.malformed, "A percent sign is not followed by two digits.", at: "query") }
        decoded.append(high << 4 | low)
        index += 3
      } else {
        decoded.append(bytes[index] == UInt8(ascii: "+") ? plus : bytes[index])
        index += 1
      }
    }
    return String(decoding: decoded, as: UTF8.self)
  }

  private static func hexadecimal(_ byte: UInt8) -> UInt8? {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
    case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
    case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
    default: nil
    }
  }
}
