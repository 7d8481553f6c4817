// SPDX-License-Identifier: Apache-2.0

/// One data element (PS3.5 §7.1): tag, VR and value, the value still in the bytes that were read.
public struct DataElement: Sendable, Hashable {
  /// The value field.
  public enum Value: Sendable, Hashable {
    /// Bytes in the byte order of the data set, padding included.
    case bytes(ByteSlice)
    /// The items of a sequence (PS3.5 §7.5).
    case items([DataSet])
    /// Encapsulated pixel data: the Basic Offset Table, possibly empty, then the fragments (PS3.5 §A.4).
    case fragments([ByteSlice])
  }

  /// The value length FFFFFFFFH: the end is marked by a delimiter (PS3.5 §7.1.1).
  public static let undefinedLength: UInt32 = 0xFFFF_FFFF

  public let tag: Tag
  public let vr: VR
  /// The stream said UN, and `vr` is what the dictionary says. In explicit VR little endian it is written as UN again,
  /// so that nothing changes that nobody has touched (PS3.5 §6.2.2).
  public let isEncodedAsUN: Bool
  public let value: Value
  /// The length as it stood in the stream, or would stand there.
  public let length: UInt32

  /// - Parameter length: nil computes it; sequences and fragments then have undefined length.
  public init(tag: Tag, vr: VR, value: Value, length: UInt32? = nil, isEncodedAsUN: Bool = false) {
    self.tag = tag
    self.vr = vr
    self.value = value
    self.isEncodedAsUN = isEncodedAsUN
    if let length {
      self.length = length
    } else if case .bytes(let bytes) = value {
      self.length = UInt32(clamping: bytes.count)
    } else {
      self.length = Self.undefinedLength
    }
  }

  /// The value's bytes; nil for sequences and encapsulated pixel data.
  public var bytes: ByteSlice? {
    if case .bytes(let bytes) = value { bytes } else { nil }
  }

  /// The items of a sequence; nil for everything else.
  public var items: [DataSet]? {
    if case .items(let items) = value { items } else { nil }
  }

  /// No bytes, no items, no fragments.
  public var isEmpty: Bool {
    switch value {
    case .bytes(let bytes): bytes.isEmpty
    case .items(let items): items.isEmpty
    case .fragments(let fragments): fragments.isEmpty
    }
  }
}
