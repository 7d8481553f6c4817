// SPDX-License-Identifier: Apache-2.0

/// A received DIMSE message up to its data set: the command set and the presentation context that it came on.
/// When `command.hasDataSet`, the fragments of the data set follow on the same context (PS3.7 §6.3).
public struct DIMSEMessage: Sendable, Hashable {
  public var contextID: UInt8
  public var command: CommandSet

  public init(contextID: UInt8, command: CommandSet) {
    self.contextID = contextID
    self.command = command
  }
}
