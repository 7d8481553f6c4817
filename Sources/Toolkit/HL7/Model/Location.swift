// SPDX-License-Identifier: Apache-2.0

/// A place in a message, as ERR-2 names it (data type ERL, HL7 v2.5.1 §2.A.28). Numbers count from 1.
public struct Location: Sendable, Hashable, CustomStringConvertible {
  public var segment: String
  /// Which of the segments with this name.
  public var occurrence: Int
  public var field: Int?
  public var repetition: Int?
  public var component: Int?
  public var subcomponent: Int?

  public init(
    segment: String, occurrence: Int = 1, field: Int? = nil, repetition: Int? = nil, component: Int? = nil,
    subcomponent: Int? = nil
  ) {
    self.segment = segment
    self.occurrence = occurrence
    self.field = field
    self.repetition = repetition
    self.component = component
    self.subcomponent = subcomponent
  }

  /// Reads `PID-3[2].4.1` or `OBX[3]-5`; nil where the text is no reference.
  public init?(_ text: String) {
    let halves = text.split(separator: "-", maxSplits: 1, omittingEmptySubsequences: false)
    guard let (name, occurrence) = Self.numbered(halves[0]), name.count == 3,
      name.utf8.allSatisfy({ (0x30...0x39).contains($0) || (0x41...0x5A).contains($0) })
    else { return nil }
    self.init(segment: name, occurrence: occurrence ?? 1)
    guard halves.count == 2 else { return }
    let parts = halves[1].split(separator: ".", omittingEmptySubsequences: false)
    guard parts.count <= 3, let (number, repetition) = Self.numbered(parts[0]), let field = Self.positive(number)
    else { return nil }
    self.field = field
    self.repetition = repetition
    if parts.count > 1 {
      guard let number = Self.positive(String(parts[1])) else { return nil }
      component = number
    }
    if parts.count > 2 {
      guard let number = Self.positive(String(parts[2])) else { return nil }
      subcomponent = number
    }
  }

  /// The greatest number that a reference takes.
  static let maximumNumber = 99_999

  private static func positive(_ text: String) -> Int? {
    guard let number = Int(text), number > 0, number <= maximumNumber else { return nil }
    return number
  }

  /// `PID[2]` → `PID`, 2.
  private static func numbered(_ text: Substring) -> (String, Int?)? {
    guard let open = text.firstIndex(of: "[") else { return (String(text), nil) }
    guard text.last == "]", let number = positive(String(text[text.index(after: open)...].dropLast())) else {
      return nil
    }
    return (String(text[..<open]), number)
  }

  public var description: String {
    var text = occurrence > 1 ? "\(segment)[\(occurrence)]" : segment
    guard let field else { return text }
    text += "-\(field)"
    if let repetition { text += "[\(repetition)]" }
    if let component { text += ".\(component)" }
    if let subcomponent { text += ".\(subcomponent)" }
    return text
  }
}
