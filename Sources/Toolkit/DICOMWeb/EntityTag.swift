// SPDX-License-Identifier: Apache-2.0

/// Names one state of a representation (RFC 9110 §8.8.3).
public struct EntityTag: Hashable, Sendable, CustomStringConvertible {
  /// Without quotation marks.
  public let text: String

  /// - Parameter text: characters of RFC 9110 §8.8.3, without quotation marks.
  public init(_ text: String) { self.text = text }

  /// As it stands in ETag.
  public var description: String { "\"\(text)\"" }

  /// Whether If-None-Match says that the client has this state. Weak tags compare as strong ones (RFC 9110 §13.1.2).
  public func isNamed(in list: String?) -> Bool {
    guard let list else { return false }
    return list.split(separator: ",").contains { item in
      var name = item.drop { $0 == " " || $0 == "\t" }
      while name.last == " " || name.last == "\t" { name.removeLast() }
      if name == "*" { return true }
      if name.hasPrefix("W/") { name = name.dropFirst(2) }
      return name == description[...]
    }
  }
}
