// SPDX-License-Identifier: Apache-2.0

import Messaging

/// What the pages of HL7 messages talk to.
public struct MessagePorts: Sendable {
  public var log: any InboundMessageLog
  public var queue: any OutboundQueue
  public var directory: any MessagingDirectory
  /// Acts on a kept message once more; nil where there is none. Blocks.
  public var reprocess: @Sendable (Int64) throws -> InboundMessage?
  /// What is wrong with a profile; nil for nothing.
  public var fault: @Sendable (SenderProfile) -> String?

  public init(
    log: any InboundMessageLog, queue: any OutboundQueue, directory: any MessagingDirectory,
    reprocess: @escaping @Sendable (Int64) throws -> InboundMessage?,
    fault: @escaping @Sendable (SenderProfile) -> String?
  ) {
    self.log = log
    self.queue = queue
    self.directory = directory
    self.reprocess = reprocess
    self.fault = fault
  }
}
