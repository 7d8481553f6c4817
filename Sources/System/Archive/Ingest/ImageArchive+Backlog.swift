// SPDX-License-Identifier: Apache-2.0

import DICOMCore

extension ImageArchive {
  /// Lets the backlog commit, where there is one.
  func startBacklog() throws {
    try backlog?.start(
      IndexBacklog.Callbacks(
        settle: { [weak self] in try self?.settle($0, $1) },
        failed: { [weak self] in self?.note($0) },
        recovered: { [weak self] in self?.storedAgain() },
        refused: { [weak self] in self?.noteNotIndexed($0, $1) }))
  }

  /// The instance was not known when its sender was answered, and is known now.
  private func settle(_ record: InstanceRecord, _ outcome: AddOutcome) throws {
    switch outcome {
    case .added: return
    case .addedVersion(let version): noteConflict(record, version: version)
    case .looksIdentical(let other):
      // An identical one stays where it is, without a use; the segment says what it is.
      guard try !isIdentical(record.location, other) else { return }
      guard case .addedVersion(let version)? = try intake.add([record], evenIfIdentical: true).first else { return }
      noteConflict(record, version: version)
    }
  }

  /// It is stored, and `martlet reindex` reads it again; until then nobody finds it.
  private func noteNotIndexed(_ record: InstanceRecord, _ error: any Error) {
    alarms.raise(.fault, .critical, "an instance is stored, but the index does not take it: \(error)")
    try? incidents.add(
      Incident(
        kind: .notIndexed, at: record.receivedAt, sender: record.source.sender,
        reason: "stored at \(record.location.offset), but the index does not take it: \(error)",
        instanceUID: record.identity.instance.rawValue, file: record.location.file, size: record.location.length))
  }
}
