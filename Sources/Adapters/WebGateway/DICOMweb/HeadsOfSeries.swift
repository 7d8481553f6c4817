// SPDX-License-Identifier: Apache-2.0

import Archive
import DICOMCore
import Synchronization

/// The heads of the instances of an answer, read series by series as they are needed: of a study, those of two series
/// are in memory at the most.
final class HeadsOfSeries: Sendable {
  private struct Key: Hashable {
    let file: String
    let series: UID

    init(_ instance: StoredInstance) {
      file = instance.location.file
      series = instance.identity.series
    }
  }

  private let groups: [Key: [StoredInstance]]
  private let archive: ImageArchive
  private let read = Mutex<[(key: Key, heads: SeriesHeads)]>([])

  init(_ instances: [StoredInstance], _ archive: ImageArchive) {
    groups = Dictionary(grouping: instances, by: Key.init)
    self.archive = archive
  }

  /// Nil where the instance has to be read itself. Who asks for a series that another reads waits for it.
  subscript(_ instance: StoredInstance) -> SeriesHeads.Head? {
    let key = Key(instance)
    return read.withLock { read in
      if let known = read.first(where: { $0.key == key }) { return known.heads[instance.location] }
      let heads = archive.heads(of: groups[key] ?? [])
      read = read.suffix(1) + [(key, heads)]
      return heads[instance.location]
    }
  }
}
