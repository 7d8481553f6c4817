// SPDX-License-Identifier: Apache-2.0

import Archive
import DICOMCore
import DICOMDictionary

/// Which image of a series a reader sees first: from head to feet, from front to back, from right to left where all
/// images of one plane say where they lie, else by their numbers.
enum ReadingOrder {
  /// The place among `members` of the image that comes first; nil where there is none.
  static func first(of members: [(instance: StoredInstance, attributes: DataSet)]) -> Int? {
    let images = members.indices.filter { PixelForm.isImage(members[$0].instance) }
    guard let lowest = images.first else { return nil }
    let like = members[lowest].attributes
    var best: (place: Int, position: Double)?
    for place in images {
      let attributes = members[place].attributes
      guard attributes.integer(.rows) == like.integer(.rows), isParallel(attributes, like) else { continue }
      guard (attributes.integer(.numberOfFrames) ?? 1) == 1, let position = position(attributes) else { return lowest }
      if position < (best?.position ?? .infinity) { best = (place, position) }
    }
    return best?.place ?? lowest
  }

  /// Grows the way one reads, in millimetres.
  static func position(_ attributes: DataSet) -> Double? {
    guard let place = attributes.doubles(.imagePositionPatient), place.count == 3,
      let sides = attributes.doubles(.imageOrientationPatient), sides.count == 6
    else { return nil }
    let normal = [
      sides[1] * sides[5] - sides[2] * sides[4], sides[2] * sides[3] - sides[0] * sides[5],
      sides[0] * sides[4] - sides[1] * sides[3],
    ]
    let along = zip(place, normal).reduce(0) { $0 + $1.0 * $1.1 }
    let sizes = normal.map(\.magnitude)
    if sizes[2] >= max(sizes[0], sizes[1]) { return normal[2] > 0 ? -along : along }
    let isForward = sizes[1] >= sizes[0] ? normal[1] > 0 : normal[0] > 0
    return isForward ? along : -along
  }

  private static func isParallel(_ one: DataSet, _ other: DataSet) -> Bool {
    guard let p = one.doubles(.imageOrientationPatient), let q = other.doubles(.imageOrientationPatient) else {
      return one.doubles(.imageOrientationPatient) == nil && other.doubles(.imageOrientationPatient) == nil
    }
    return p.count == q.count && zip(p, q).allSatisfy { abs($0 - $1) < 0.01 }
  }
}
