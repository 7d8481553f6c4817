// SPDX-License-Identifier: Apache-2.0

import DICOMCore
import DICOMDictionary

/// New UIDs for the studies, series and instances of some files. The same old one always becomes the same new one, so
/// that what belonged together does so still, and references among the files follow.
struct NewUIDs {
  enum Kind: String, CaseIterable {
    case study, series, instance

    var tag: Tag {
      switch self {
      case .study: .studyInstanceUID
      case .series: .seriesInstanceUID
      case .instance: .sopInstanceUID
      }
    }
  }

  private var replacements: [String: UID] = [:]

  /// Reads a list such as `study,series`.
  static func kinds(_ text: String) throws -> Set<Kind> {
    var kinds: Set<Kind> = []
    for name in text.split(separator: ",") {
      guard let kind = Kind(rawValue: name.lowercased()) else {
        throw EditPlan.Malformed(description: "\(name) is none of study, series, instance.")
      }
      kinds.insert(kind)
    }
    return kinds
  }

  /// Reads the UIDs of all files first, since one may refer to another that comes later. Files that cannot be read
  /// have none.
  init(_ kinds: Set<Kind>, files: [String]) throws {
    guard !kinds.isEmpty else { return }
    let scan = HeaderScan(wanted: Set(kinds.map(\.tag)))
    let batch = 4_096
    for start in stride(from: 0, to: files.count, by: batch) {
      let found = Parallel.map(Array(files[start..<min(start + batch, files.count)])) { path -> [String] in
        guard let result = try? scan.read(path) else { return [] }
        return kinds.compactMap { result.dataSet.string($0.tag) }
      }
      for uid in found.joined() where replacements[uid] == nil { replacements[uid] = UID.random() }
    }
  }

  var isEmpty: Bool { replacements.isEmpty }

  /// What a value becomes.
  func replacement(_ text: String) -> String? { replacements[text]?.rawValue }
}
