// SPDX-License-Identifier: Apache-2.0

/// How to validate.
public struct ValidationOptions: Sendable, Hashable {
  /// Findings that are kept. A multi-frame object can have some for each of its frames.
  public static let defaultFindings = 10_000
  /// Nesting of sequences that is followed; what lies deeper is not checked.
  public static let defaultDepth = 64

  public var findings: Int
  public var depth: Int
  /// Leaves out what matters less.
  public var minimumSeverity: ValidationSeverity

  public init(
    findings: Int = defaultFindings, depth: Int = defaultDepth, minimumSeverity: ValidationSeverity = .note
  ) {
    self.findings = findings
    self.depth = depth
    self.minimumSeverity = minimumSeverity
  }
}
