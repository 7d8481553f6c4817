// SPDX-License-Identifier: Apache-2.0

import Archive
import Synchronization

/// A list of incidents in memory.
public final class MemoryIncidentList: IncidentList {
  private let state = Mutex<[Incident]>([])

  public init() {}

  public func add(_ incident: Incident) throws {
    state.withLock { list in
      var incident = incident
      incident.id = (list.map(\.id).max() ?? 0) + 1
      list.append(incident)
    }
  }

  public func incidents(limit: Int) throws -> [Incident] {
    state.withLock { Array($0.reversed().prefix(limit)) }
  }

  public func remove(id: Int64) throws {
    state.withLock { list in list.removeAll { $0.id == id } }
  }
}
