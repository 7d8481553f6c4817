// SPDX-License-Identifier: Apache-2.0

import Archive
import Foundation
import Logging
import Trust
import Workflow

/// What every association of the gateway works with.
struct GatewayServices: Sendable {
  let options: GatewayOptions
  let archive: ImageArchive
  let nodes: any NodeDirectory
  let journal: any AuditJournal
  let registry: ServiceRegistry
  let policy: AssociationPolicy
  let logger: Logger
  /// Told of each station that associates, so that what is queued for it need not wait.
  let absences: PeerAbsences
  /// What was found out for views of the archive.
  let views = ViewMemory()

  /// Microseconds since 1970-01-01 UTC.
  func now() -> Int64 { Int64(Date().timeIntervalSince1970 * 1_000_000) }

  /// Writes the audit trail. Care goes on where it cannot be written; the administrator's log tells.
  func audit(_ events: [AuditEvent]) {
    do {
      try journal.append(events)
    } catch {
      logger.critical("audit trail cannot be written: \(error)")
    }
  }
}
