// SPDX-License-Identifier: Apache-2.0

import DICOMCore

/// Where a root element stands in a file.
public struct ElementLocation: Sendable, Hashable {
  public let tag: Tag
  /// The VR that the stream names, else that of the dictionary.
  public let vr: VR
  /// Offset of the tag from the start of the file.
  public let offset: Int
  /// The bytes of the value: of a sequence those of its items, of encapsulated pixel data those of its fragments, with
  /// their headers and delimiters.
  public let value: Range<Int>
}
