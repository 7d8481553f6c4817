// SPDX-License-Identifier: Apache-2.0

/// Limits on what a stranger's data set can make grow.
public struct ReadLimits: Sendable, Hashable {
  /// Nesting of sequences. Real objects stay below 20; the deepest test object has 2,000.
  public static let defaultDepth = 2_048
  /// Elements, items and fragments together. A whole slide image has about a million.
  public static let defaultElements = 16_777_216
  /// Bytes of an inflated data set, enough for every object whose pixel data is not in fragments.
  public static let defaultInflatedLength = 1 << 32
  /// Findings that are kept; the others are dropped.
  public static let defaultFindings = 64

  public var depth: Int
  public var elements: Int
  public var inflatedLength: Int
  public var findings: Int
  /// Bytes of one value; nil leaves it to the 32 bits of the length field.
  public var valueLength: Int?

  public init(
    depth: Int = defaultDepth, elements: Int = defaultElements, inflatedLength: Int = defaultInflatedLength,
    findings: Int = defaultFindings, valueLength: Int? = nil
  ) {
    self.depth = depth
    self.elements = elements
    self.inflatedLength = inflatedLength
    self.findings = findings
    self.valueLength = valueLength
  }
}

/// How to read.
public struct ReadOptions: Sendable, Hashable {
  public var limits: ReadLimits
  /// Looks at the first element and takes the encoding that it has, where the transfer syntax says another one.
  public var detectsEncoding: Bool
  /// Gives standard attributes that say UN the VR of the dictionary, and reads sequences in them.
  public var interpretsUN: Bool

  public init(limits: ReadLimits = ReadLimits(), detectsEncoding: Bool = true, interpretsUN: Bool = true) {
    self.limits = limits
    self.detectsEncoding = detectsEncoding
    self.interpretsUN = interpretsUN
  }
}
