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
  /// How long after its last channel was closed events are kept for an AE that has no address, and how many; what comes
  /// after that is lost to it.
  public static let patience = Duration.seconds(600)
  public static let maximumMissed = 1000
  /// AE titles for which events are kept so.
  static let maximumAbsent = 1000

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

  /// An AE whose last channel was closed.
  private struct Absence {
    var since: ContinuousClock.Instant
    var missed: [UnifiedProcedureStepEvent] = []
  }

  private struct State {
    var lastNumber = 0
    var absences: [String: Absence] = [:]
    var channels: [Int: Channel] = [:]
  }

  private let nodes: @Sendable () throws -> Set<String>
  private let owe: @Sendable ([String: [Int64]]) -> Void
  private let state = Mutex(State())
  private let limit: Int
  private let now: @Sendable () -> ContinuousClock.Instant

  /// - Parameters:
  ///   - nodes: AE titles whose address is known. Asked outside of transactions.
  ///   - limit: events that are kept for one node.
  ///   - owe: is told the numbers of events that are kept for nodes, by AE title.
  public init(
    nodes: @escaping @Sendable () throws -> Set<String>, limit: Int = maximumOwed,
    now: @escaping @Sendable () -> ContinuousClock.Instant = { .now },
    owe: @escaping @Sendable ([String: [Int64]]) -> Void
  ) {
    self.limit = limit
    self.now = now
    self.nodes = nodes
    self.owe = owe
  }

  func knownNodes() throws -> Set<String> { try nodes() }

  func notice(
    _ event: UnifiedProcedureStepEvent, to receivingAE: String, isNode: Bool, _ tables: any UnifiedProcedureStepTables
  ) throws -> Notice {
    var owed: Int64?
    if isNode, try tables.owedCount(to: receivingAE) < limit {
      owed = try tables.addOwed(event, to: receivingAE)
    }
    return Notice(event: event, receivingAE: receivingAE, owed: owed)
  }

  func deliver(_ notices: [Notice]) {
    guard !notices.isEmpty else { return }
    let channels = state.withLock { state in
      let open = state.channels.sorted { $0.key < $1.key }.map(\.value)
      keep(notices, besides: Set(open.map(\.receivingAE)), &state)
      return open
    }
    for notice in notices {
      for channel in channels where channel.receivingAE == notice.receivingAE { channel.take(notice.event) }
    }
    var owed: [String: [Int64]] = [:]
    for notice in notices {
      if let id = notice.owed { owed[notice.receivingAE, default: []].append(id) }
    }
    if !owed.isEmpty { owe(owed) }
  }

  /// Keeps what goes to nobody now.
  private func keep(_ notices: [Notice], besides open: Set<String>, _ state: inout State) {
    if state.absences.isEmpty { return }
    let time = now()
    state.absences = state.absences.filter { time - $0.value.since <= Self.patience }
    for notice in notices where notice.owed == nil && !open.contains(notice.receivingAE) {
      guard let absence = state.absences[notice.receivingAE], absence.missed.count < Self.maximumMissed else {
        continue
      }
      state.absences[notice.receivingAE]?.missed.append(notice.event)
    }
  }

  /// Opens an event channel. What the AE missed since its last one was closed comes first.
  /// - Parameter take: gets the events of the AE; must not block, nor call this object.
  /// - Returns: what `close` takes; nil where too many are open.
  public func open(
    _ receivingAE: String, _ take: @escaping @Sendable (UnifiedProcedureStepEvent) -> Void
  ) -> Int? {
    state.withLock { state in
      guard state.channels.count < Self.maximumChannels else { return nil }
      state.lastNumber += 1
      state.channels[state.lastNumber] = Channel(receivingAE: receivingAE, take: take)
      if let absence = state.absences.removeValue(forKey: receivingAE), now() - absence.since <= Self.patience {
        absence.missed.forEach(take)
      }
      return state.lastNumber
    }
  }

  public func close(_ channel: Int) {
    state.withLock { state in
      guard let closed = state.channels.removeValue(forKey: channel),
        !state.channels.values.contains(where: { $0.receivingAE == closed.receivingAE }),
        state.absences.count < Self.maximumAbsent
      else { return }
      state.absences[closed.receivingAE] = Absence(since: now())
    }
  }
}
