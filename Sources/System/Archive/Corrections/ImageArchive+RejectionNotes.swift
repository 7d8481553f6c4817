// SPDX-License-Identifier: Apache-2.0

import DICOMCore
import DICOMFile
import Synchronization

/// Whom an archive asks to reject what a note refers to; held weakly, because the corrections hold the archive.
struct RejectionNoteReader: Sendable {
  weak var corrections: Corrections?
}

extension ImageArchive {
  /// From now on, key object selections that reject are obeyed as they arrive (IHE RAD TF-2 4.66).
  public func obeyRejectionNotes(by corrections: Corrections) {
    noteReader.withLock { $0.corrections = corrections }
  }

  /// Rejects what an instance that was just stored refers to, where it is a rejection note. It is the sender who is
  /// told of a failure, and sends it again.
  func obey(_ identity: InstanceIdentity, from source: InstanceSource) throws {
    guard identity.sopClass == RejectionNote.sopClass, let corrections = noteReader.withLock({ $0.corrections }),
      let stored = try index.versions(of: identity.instance).first
    else { return }
    let bytes = try readAll(stored.location, from: stored.location.dataSetOffset)
    guard let dataSet = try? DataSetReader.read(bytes, transferSyntax: TransferSyntax(stored.transferSyntax)),
      let note = RejectionNote(dataSet), !note.references.isEmpty,
      try !corrections.index.hasCorrection(note: note.instance)
    else { return }
    _ = try corrections.reject(
      .instances(note.references), for: note.reason, note: note.instance,
      by: Corrector(source.sender, "rejection note \(note.instance)"))
  }
}
