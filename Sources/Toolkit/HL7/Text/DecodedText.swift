// SPDX-License-Identifier: Apache-2.0

/// Text out of a message, and what was odd in it.
public struct DecodedText: Sendable, Hashable {
  public var text: String
  public var findings: [Finding]

  public init(text: String, findings: [Finding]) {
    self.text = text
    self.findings = findings
  }

  /// What is not as the standard has it. The text holds the nearest reading.
  public enum Finding: Sendable, Hashable {
    /// So many characters are none of the character set; U+FFFD stands for each.
    case undecodable(Int)
    /// MSH-18 names a set that this system does not know, or does not name one that is needed.
    case undeclaredCharacters
    /// An escape sequence without end, or one that is unknown or locally defined; it stands in the text.
    case unknownEscape(String)
  }
}
