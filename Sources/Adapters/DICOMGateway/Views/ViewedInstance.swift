// SPDX-License-Identifier: Apache-2.0

import Archive
import DICOMCore

/// An instance as a view shows it (PS3.4 §C.3.5).
struct ViewedInstance: Sendable, Hashable {
  enum Form: Sendable, Hashable {
    /// As it is stored.
    case stored
    /// A frame of the source, counted from 0, as a classic image.
    case frame(Int)
    /// An enhanced image of the sources.
    case joined
    /// The source with other references.
    case updated
  }

  let identity: InstanceIdentity
  let form: Form
  /// Indices of the stored instances of the study; of joined ones, in the order of the frames.
  let sources: [Int]
}

/// What has become of a stored instance in a view.
enum ViewFate: Sendable, Hashable {
  /// Classic images of this many frames, in a series of their own.
  case split(frames: Int, sopClass: UID, series: UID)
  /// A frame, counted from 0, of an enhanced image.
  case joined(InstanceIdentity, frame: Int)
  /// The same object with other references.
  case updated(InstanceIdentity)
}
