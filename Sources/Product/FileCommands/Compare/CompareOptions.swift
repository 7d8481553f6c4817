// SPDX-License-Identifier: Apache-2.0

import DICOMCore
import DICOMDictionary

/// What counts as a difference.
struct CompareOptions: Sendable {
  let ignored: [AttributePath]
  let ignoresPrivate: Bool
  let ignoresVR: Bool
  let comparesMeta: Bool
  let comparesPixels: Bool
  let tolerance: Double

  /// Elements that tell of the writer of a file, not of the object.
  static let writer: Set<Tag> = [
    .fileMetaInformationGroupLength, .fileMetaInformationVersion, .implementationClassUID, .implementationVersionName,
    .sourceApplicationEntityTitle, .sendingApplicationEntityTitle, .receivingApplicationEntityTitle,
  ]

  /// Whether an attribute may differ.
  func ignores(_ attribute: AttributePath.Attribute, below path: [AttributePath.Step]) -> Bool {
    ignored.contains { wanted in
      if wanted.steps.count == 1 { return wanted.last.item == nil && wanted.last.attribute == attribute }
      guard wanted.steps.count == path.count + 1, wanted.last.attribute == attribute else { return false }
      return zip(wanted.steps, path).allSatisfy { wanted, here in
        guard wanted.attribute == here.attribute else { return false }
        if case .number = wanted.item { return wanted.item == here.item }
        return true
      }
    }
  }
}
