// SPDX-License-Identifier: Apache-2.0

import DICOMCore
import DICOMDictionary

/// The files of a folder by their SOP Instance UIDs.
struct InstanceFolder {
  private var files: [String: String] = [:]
  private var order: [String] = []
  /// Files that have none, or that have one that another file has already.
  private(set) var unreadable: [String] = []

  init(_ folder: String) {
    let scan = HeaderScan(wanted: [.sopInstanceUID])
    var walk = FileWalk([folder], isRecursive: true)
    let batch = 4_096
    while true {
      let paths = Array(IteratorSequence(AnyIterator { walk.next() }).prefix(batch))
      if paths.isEmpty { break }
      let uids = Parallel.map(paths) { try? scan.read($0).dataSet.string(.sopInstanceUID) }
      for (path, uid) in zip(paths, uids) {
        if let uid, files[uid] == nil {
          files[uid] = path
          order.append(uid)
        } else {
          unreadable.append(path)
        }
      }
      if paths.count < batch { break }
    }
  }

  /// Files whose instance the other folder lacks.
  func paths(notIn other: InstanceFolder) -> [String] {
    order.filter { other.files[$0] == nil }.compactMap { files[$0] }
  }

  /// Files of the same instances.
  func pairs(with other: InstanceFolder) -> [FilePair] {
    order.compactMap { uid in
      guard let first = files[uid], let second = other.files[uid] else { return nil }
      return FilePair(first: first, second: second)
    }
  }
}
