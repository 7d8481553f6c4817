// SPDX-License-Identifier: Apache-2.0

/// How numbers such as accession numbers are made: text with `{yyyy}`, `{yy}`, `{mm}`, `{dd}` for the date and one
/// `{n:5}` for a running number of at least five digits, which begins anew when the date in it changes.
public struct NumberPattern: Sendable, Hashable, CustomStringConvertible {
  private enum Part: Sendable, Hashable {
    case text(String)
    case year(digits: Int)
    case month, day
    case number(digits: Int)
  }

  /// SH (PS3.5 §6.2).
  public static let maximumLength = 16
  /// Six digits of the date and five of the number.
  public static let standard = NumberPattern(parts: [.year(digits: 2), .month, .day, .number(digits: 5)])

  private let parts: [Part]

  private init(parts: [Part]) { self.parts = parts }

  /// - Throws: `invalid` where it is not well formed, or its numbers would be longer than 16 characters.
  public init(_ text: String) throws(RadiologyError) {
    var parts: [Part] = []
    var rest = Substring(text)
    while let open = rest.firstIndex(of: "{") {
      if open > rest.startIndex { parts.append(.text(String(rest[..<open]))) }
      guard let close = rest[open...].firstIndex(of: "}"), let part = Self.part(rest[rest.index(after: open)..<close])
      else { throw RadiologyError(.invalid, "\"\(text)\" has a brace that is none of {yyyy} {yy} {mm} {dd} {n:5}.") }
      parts.append(part)
      rest = rest[rest.index(after: close)...]
    }
    if !rest.isEmpty { parts.append(.text(String(rest))) }
    let numbers = parts.filter { if case .number = $0 { true } else { false } }
    guard numbers.count == 1 else { throw RadiologyError(.invalid, "\"\(text)\" needs one running number, {n:5}.") }
    self.parts = parts
    guard make(1, on: "20260101").utf8.count <= Self.maximumLength, text.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x5C })
    else { throw RadiologyError(.invalid, "\"\(text)\" makes numbers of more than 16 characters.") }
  }

  private static func part(_ name: Substring) -> Part? {
    switch name {
    case "yyyy": return .year(digits: 4)
    case "yy": return .year(digits: 2)
    case "mm": return .month
    case "dd": return .day
    case "n": return .number(digits: 1)
    default:
      guard name.hasPrefix("n:"), let digits = Int(name.dropFirst(2)), (1...maximumLength).contains(digits) else {
        return nil
      }
      return .number(digits: digits)
    }
  }

  /// The counter that a day's numbers come from.
  func counter(on date: String) -> String { text(on: date) { _ in "#" } }

  /// - Parameter date: YYYYMMDD.
  func make(_ number: Int64, on date: String) -> String {
    text(on: date) { LocalDateTime.padded(Int(number), $0) }
  }

  private func text(on date: String, _ number: (Int) -> String) -> String {
    parts.map { part in
      switch part {
      case .text(let text): text
      case .year(let digits): String(date.prefix(4).suffix(digits))
      case .month: String(date.dropFirst(4).prefix(2))
      case .day: String(date.dropFirst(6).prefix(2))
      case .number(let digits): number(digits)
      }
    }.joined()
  }

  public var description: String {
    parts.map { part in
      switch part {
      case .text(let text): text
      case .year(let digits): digits == 4 ? "{yyyy}" : "{yy}"
      case .month: "{mm}"
      case .day: "{dd}"
      case .number(let digits): "{n:\(digits)}"
      }
    }.joined()
  }
}
