// SPDX-License-Identifier: Apache-2.0

/// What came of asking a node whether it is there, step by step: connection, association, C-ECHO.
public struct NodeTrial: Sendable, Hashable, Codable {
  public struct Step: Sendable, Hashable, Codable {
    /// `connection`, `association` or `echo`.
    public var name: String
    public var succeeded: Bool
    public var milliseconds: Double
    /// What the node told of itself, or why the step failed.
    public var detail: String

    public init(_ name: String, succeeded: Bool, milliseconds: Double, detail: String) {
      self.name = name
      self.succeeded = succeeded
      self.milliseconds = milliseconds
      self.detail = detail
    }
  }

  /// Up to the first that failed.
  public var steps: [Step]
  public var succeeded: Bool

  public init(steps: [Step]) {
    self.steps = steps
    succeeded = steps.count == 3 && steps.allSatisfy(\.succeeded)
  }
}
