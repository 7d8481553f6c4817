// SPDX-License-Identifier: Apache-2.0

import DICOMCore

/// The value field of encapsulated pixel data: items and the delimiter, as they stand in a file (PS3.5 §A.4). That is
/// how the models keep it behind a URI.
public enum EncapsulatedValue {
  static let encoding = ElementReader(isExplicitVR: false, byteOrder: .littleEndian)
  private static let headerLength = 8

  /// The fragments of a value field, the Basic Offset Table first; nil where the bytes are none. Copies nothing.
  public static func fragments(_ bytes: ByteSlice) -> [ByteSlice]? {
    var fragments: [ByteSlice] = []
    var position = 0
    while position + headerLength <= bytes.count {
      let header = bytes[position..<position + headerLength].withUnsafeBytes {
        encoding.header($0, offset: position, signed: false)
      }
      guard let header else { return nil }
      position += headerLength
      if header.tag == .sequenceDelimitationItem {
        return position == bytes.count && !fragments.isEmpty ? fragments : nil
      }
      guard header.tag == .item, Int(header.length) <= bytes.count - position else { return nil }
      fragments.append(bytes[position..<position + Int(header.length)])
      position += Int(header.length)
    }
    return nil
  }

  /// The value field of fragments, the first of them the Basic Offset Table.
  public static func bytes(of fragments: [ByteSlice]) -> [UInt8] {
    var writer = ElementWriter(encoding)
    for fragment in fragments { writer.write(fragment: fragment) }
    writer.header(.sequenceDelimitationItem, .UN, length: 0)
    return writer.bytes
  }
}
