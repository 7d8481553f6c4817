// SPDX-License-Identifier: Apache-2.0

import Archive
import SegmentStore
import Synchronization
import WebGateway

/// What the administrator's page and the metrics show of this server.
final class ServerStatus: Sendable {
  let aeTitle: String
  let dicomPort: Int
  let hl7Port: Int
  /// Microseconds since 1970-01-01 UTC.
  let startedAt: Int64
  let index: any InstanceIndex
  private let alarms: AlarmBoard
  private let store: SegmentStore
  private let scrub: any ScrubJournal
  private let web = Mutex<WebServer.BoundPorts?>(nil)

  init(
    dicomPort: Int, hl7Port: Int, aeTitle: String, startedAt: Int64, archive: ImageArchive, store: SegmentStore,
    scrub: any ScrubJournal
  ) {
    self.scrub = scrub
    self.dicomPort = dicomPort
    self.hl7Port = hl7Port
    self.aeTitle = aeTitle
    self.startedAt = startedAt
    index = archive.index
    alarms = archive.alarms
    self.store = store
  }

  private var ports: [SystemStatus.Figure] {
    var ports: [SystemStatus.Figure] = [.init("dicom", dicomPort), .init("hl7", hl7Port)]
    if let http = web.withLock({ $0?.http }) { ports.append(.init("http", http)) }
    if let https = web.withLock({ $0?.https }) { ports.append(.init("https", https)) }
    return ports
  }

  private var disk: [SystemStatus.Figure] {
    guard let free = store.freeSpace(), let total = store.totalSpace() else { return [] }
    return [.init("disk_free_bytes", Int(free)), .init("disk_total_bytes", Int(total))]
  }

  /// Notes the ports of the web, which are known last.
  func bound(_ ports: WebServer.BoundPorts) { web.withLock { $0 = ports } }

  func now() throws -> SystemStatus {
    let open = alarms.open
    var status = SystemStatus(
      aeTitle: aeTitle, startedAt: startedAt,
      ports: ports,
      counts: [
        .init("studies", try index.count(IndexQuery(level: .study))), .init("alarms_open", open.count),
        .init("alarms_critical", open.count { $0.severity == .critical }),
      ] + disk)
    if let copy = store.copyStatus {
      status.facts["copy"] = copy.state.rawValue
      let lag = copy.since.map { max(Clock.now() - $0, 0) / 1_000_000 } ?? 0
      status.counts += [
        .init("copy_waiting_changes", copy.changes), .init("copy_waiting_bytes", Int(copy.bytes)),
        .init("copy_lag_seconds", Int(lag)),
      ]
    }
    if let progress = try scrub.progress() {
      status.counts += [
        .init("scrub_files", progress.files), .init("scrub_bytes", Int(progress.bytes)),
        .init("scrub_findings", progress.findings),
        .init("scrub_ended_at_seconds", Int((progress.endedAt ?? progress.lastEndedAt ?? 0) / 1_000_000)),
      ]
    }
    return status
  }
}
