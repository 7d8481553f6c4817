// SPDX-License-Identifier: Apache-2.0

public import DICOMCore

/// A presentation data value item: a fragment of a command or of a data set (PS3.8 §9.3.5.1, Annex E).
public struct PresentationDataValue: Sendable, Hashable {
  public var contextID: UInt8
  /// Bit 0 of the message control header.
  public var isCommand: Bool
  /// Bit 1 of the message control header.
  public var isLast: Bool
  public var bytes: ByteSlice

  public init(contextID: UInt8, isCommand: Bool, isLast: Bool, bytes: ByteSlice) {
    self.contextID = contextID
    self.isCommand = isCommand
    self.isLast = isLast
    self.bytes = bytes
  }

  public var header: PresentationDataValueHeader {
    PresentationDataValueHeader(contextID: contextID, isCommand: isCommand, isLast: isLast, count: bytes.count)
  }
}
