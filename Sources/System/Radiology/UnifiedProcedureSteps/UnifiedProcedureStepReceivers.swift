// SPDX-License-Identifier: Apache-2.0

public import DICOMServices
import Synchronization

/// Brings events to who has subscribed: to nodes, for which they are kept until delivered, and to whoever has an event
/// channel open under the AE title.
public final class UnifiedProcedureStepReceivers: Sendable {
  /// Events that are kept for one node. What comes after that is lost to it, as PS3.4 §CC.2.4 allows.
  public static let maximumOwed = 10_000
  /// Event channels that are open at a time.
  public static let maximumChannels = 1000

  /// What was told to one receiver.
  struct Notice {
    var event: UnifiedProcedureStepEvent
    var receivingAE: String
    /// The number under which it is kept for a node.
    var owed: Int64?
  }

  private struct Channel {
    var receivingAE: String
    var take: @Sendable (UnifiedProcedureStepEvent) -> Void
  }

  private struct State {
    var lastNumber = 0
    var channels: [Int: Channel] = [:]
  }

  private let nodes: @Sendable () throws -> Set<String>
  private let owe: @Sendable ([String: [Int64]]) -> Void
  private let state = Mutex(State())

  /// - Parameters:
  ///   - nodes: AE titles whose address is known. Asked outside of transactions.
  ///   - owe: is told the numbers of events that are kept for nodes, by AE title.
  public init(
    nodes: @escaping @Sendable () throws -> Set<String>, owe: @escaping @Sendable ([String: [Int64]]) -> Void
  ) {
    self.nodes = nodes
    self.owe = owe
  }

  func knownNodes() throws -> Set<String> { try nodes() }

  func notice(
    _ event: UnifiedProcedureStepEvent, to receivingAE: String, isNode: Bool, _ tables: any UnifiedProcedureStepTables
  ) throws -> Notice {
    var owed: Int64?
    if isNode, try tables.owed(to: receivingAE, limit: Self.maximumOwed).count < Self.maximumOwed {
      owed = try tables.addOwed(event, to: receivingAE)
    }
    return Notice(event: event, receivingAE: receivingAE, owed: owed)
  }

  func deliver(_ notices: [Notice]) {
    guard !notices.isEmpty else { return }
    let channels = state.withLock { $0.channels.sorted { $0.key < $1.key }.map(\.value) }
    for notice in notices {
      for channel in channels where channel.receivingAE == notice.receivingAE { channel.take(notice.event) }
    }
    var owed: [String: [Int64]] = [:]
    for notice in notices {
      if let id = notice.owed { owed[notice.receivingAE, default: []].append(id) }
    }
    if !owed.isEmpty { owe(owed) }
  }

  /// Opens an event channel.
  /// - Parameter take: gets the events of the AE; must not block.
  /// - Returns: what `close` takes; nil where too many are open.
  public func open(
    _ receivingAE: String, _ take: @escaping @Sendable (UnifiedProcedureStepEvent) -> Void
  ) -> Int? {
    state.withLock { state in
      guard state.channels.count < Self.maximumChannels else { return nil }
      state.lastNumber += 1
      state.channels[state.lastNumber] = Channel(receivingAE: receivingAE, take: take)
      return state.lastNumber
    }
  }

  public func close(_ channel: Int) {
    _ = state.withLock { $0.channels.removeValue(forKey: channel) }
  }
}
