// SPDX-License-Identifier: Apache-2.0

import Archive
import WebGateway

/// What the administrator's page and the metrics show of this server.
struct ServerStatus: Sendable {
  let settings: Settings
  let dicomPort: Int
  let hl7Port: Int
  /// Microseconds since 1970-01-01 UTC.
  let startedAt: Int64
  let index: any InstanceIndex

  func now() throws -> SystemStatus {
    SystemStatus(
      aeTitle: settings.aeTitle, startedAt: startedAt,
      ports: [.init("dicom", dicomPort), .init("http", settings.httpPort), .init("hl7", hl7Port)],
      counts: [.init("studies", try index.count(IndexQuery(level: .study)))])
  }
}
