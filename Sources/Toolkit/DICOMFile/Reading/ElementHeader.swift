// SPDX-License-Identifier: Apache-2.0

import DICOMCore

/// The fields of a data element before its value (PS3.5 §7.1).
public struct ElementHeader: Sendable, Hashable {
  public let tag: Tag
  /// The VR that the stream names, else that of the dictionary; UN where neither knows one.
  public let vr: VR
  /// The value length field; `DataElement.undefinedLength` where a delimiter marks the end.
  public let length: UInt32
  /// Offset of the tag from the start of what is read.
  public let offset: Int
  /// Bytes from the tag to the value: 8 or 12.
  public let headerLength: Int
  /// What was passed over in this header.
  public let leniency: Leniency?
  /// The stream says UN; the VR is that of the dictionary.
  public let isInterpreted: Bool

  init(
    tag: Tag, vr: VR, length: UInt32, offset: Int, headerLength: Int, leniency: Leniency?, isInterpreted: Bool = false
  ) {
    self.tag = tag
    self.vr = vr
    self.length = length
    self.offset = offset
    self.headerLength = headerLength
    self.leniency = leniency
    self.isInterpreted = isInterpreted
  }

  public var hasUndefinedLength: Bool { length == DataElement.undefinedLength }
  /// Offset of the first byte of the value.
  public var valueOffset: Int { offset + headerLength }
}
