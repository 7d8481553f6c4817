// SPDX-License-Identifier: Apache-2.0

public import DICOMServices

extension UnifiedProcedureStepDesk {
  /// An event that is kept for a node; nil where it was delivered.
  public func owed(_ id: Int64) throws -> OwedEvent? { try store.read { try $0.owed(id) } }

  /// The node has confirmed the event, or never will.
  public func delivered(_ id: Int64) throws { try store.write { try $0.removeOwed(id) } }

  /// Numbers of events that were kept for nodes when the program ended, by AE title.
  public func allOwed() throws -> [String: [Int64]] {
    try store.read { tables in
      var owed: [String: [Int64]] = [:]
      for receiver in try tables.awaiting() {
        owed[receiver] = try tables.owed(to: receiver, limit: UnifiedProcedureStepReceivers.maximumOwed)
      }
      return owed
    }
  }

  /// Opens an event channel; see `UnifiedProcedureStepReceivers.open`.
  public func openChannel(
    _ receivingAE: String, _ take: @escaping @Sendable (UnifiedProcedureStepEvent) -> Void
  ) -> Int? {
    receivers.open(receivingAE, take)
  }

  public func closeChannel(_ channel: Int) { receivers.close(channel) }
}
