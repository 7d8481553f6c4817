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
      // The same record again, after an answer of the index that did not arrive.
      if other.file == record.location.file, other.offset == record.location.offset { return }
      if try isIdentical(record.location, other) {
        // Nobody was told of this place.
        return try backlog?.lifeCycle?.retire([record.location.extent], releaseAt: options.now()) ?? ()
      }
      guard case .addedVersion(let version)? = try indexed.add([record], evenIfIdentical: true).first else { return }
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
