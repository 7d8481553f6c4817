// SPDX-License-Identifier: Apache-2.0

import DICOMCore
import DICOMDictionary

/// Decodes element headers in one encoding (PS3.5 §7.1.2, §7.1.3).
public struct ElementReader: Sendable, Hashable {
  public let isExplicitVR: Bool
  public let byteOrder: ByteOrder

  /// Bytes that any header has at least.
  public static let shortHeaderLength = 8
  /// Bytes that a header has at most.
  public static let longHeaderLength = 12

  public init(isExplicitVR: Bool, byteOrder: ByteOrder) {
    self.isExplicitVR = isExplicitVR
    self.byteOrder = byteOrder
  }

  public init(_ transferSyntax: TransferSyntax) {
    self.init(isExplicitVR: transferSyntax.isExplicitVR, byteOrder: transferSyntax.byteOrder)
  }

  /// The tag in the first four bytes.
  @inline(__always)
  public func tag(_ bytes: UnsafeRawPointer) -> Tag { Tag(uint16(bytes, 0), uint16(bytes, 2)) }

  /// The header at the start of `bytes`; nil where more bytes are needed than there are.
  ///
  /// Items and delimiters have neither VR nor a long form in any encoding (PS3.5 §7.5).
  /// - Parameters:
  ///   - offset: where the bytes stand in what is read.
  ///   - signed: Pixel Representation is 1, which decides between US and SS where the stream does not say.
  public func header(_ bytes: UnsafeRawBufferPointer, offset: Int, signed: Bool) -> ElementHeader? {
    guard bytes.count >= Self.shortHeaderLength, let base = bytes.baseAddress else { return nil }
    let tag = tag(base)
    if tag.group == 0xFFFE {
      return ElementHeader(
        tag: tag, vr: .UN, length: uint32(base, 4), offset: offset, headerLength: 8, leniency: nil)
    }
    guard isExplicitVR else { return implicitHeader(bytes, base, tag: tag, offset: offset, signed: signed) }
    let letters = UInt16(bigEndian: base.loadUnaligned(fromByteOffset: 4, as: UInt16.self))
    if let vr = VR(rawValue: letters) {
      if !vr.hasLongHeader {
        return ElementHeader(
          tag: tag, vr: vr, length: UInt32(uint16(base, 6)), offset: offset, headerLength: 8, leniency: nil)
      }
      guard bytes.count >= Self.longHeaderLength else { return nil }
      return ElementHeader(
        tag: tag, vr: vr, length: uint32(base, 8), offset: offset, headerLength: 12,
        leniency: uint16(base, 6) == 0 ? nil : .reservedBytes)
    }
    return irregularHeader(bytes, base, tag: tag, letters: letters, offset: offset, signed: signed)
  }

  /// The header with a length of 16 bits at once behind the VR, which writers of old gave to VRs with the long form.
  func shortForm(_ bytes: UnsafeRawBufferPointer, of header: ElementHeader) -> ElementHeader? {
    guard bytes.count >= Self.shortHeaderLength, let base = bytes.baseAddress else { return nil }
    return ElementHeader(
      tag: header.tag, vr: header.vr, length: UInt32(uint16(base, 6)), offset: header.offset,
      headerLength: Self.shortHeaderLength, leniency: .shortLength)
  }

  /// Whether an element behind `tag`, or a delimiter, begins with these bytes.
  func isElement(_ bytes: UnsafeRawBufferPointer, after tag: Tag) -> Bool {
    guard bytes.count >= 6, let base = bytes.baseAddress else { return false }
    let next = self.tag(base)
    if next.group == 0xFFFE { return [.item, .itemDelimitationItem, .sequenceDelimitationItem].contains(next) }
    let letters = UInt16(bigEndian: base.loadUnaligned(fromByteOffset: 4, as: UInt16.self))
    return next > tag && VR(rawValue: letters) != nil
  }

  /// Without VR in the stream. A sequence that the dictionary promises must begin with an item.
  private func implicitHeader(
    _ bytes: UnsafeRawBufferPointer, _ base: UnsafeRawPointer, tag: Tag, offset: Int, signed: Bool
  ) -> ElementHeader? {
    let length = uint32(base, 4)
    var vr = Self.implicitVR(tag, signed: signed)
    var leniency: Leniency?
    if vr == .SQ, length >= 4, length != DataElement.undefinedLength {
      guard bytes.count >= Self.longHeaderLength else { return nil }
      let first = self.tag(base + 8)
      if first != .item, first != .sequenceDelimitationItem {
        vr = .UN
        leniency = .wrongVR
      }
    }
    return ElementHeader(tag: tag, vr: vr, length: length, offset: offset, headerLength: 8, leniency: leniency)
  }

  /// No VR that PS3.5 knows: two printable characters of another one, or an element in implicit VR.
  private func irregularHeader(
    _ bytes: UnsafeRawBufferPointer, _ base: UnsafeRawPointer, tag: Tag, letters: UInt16, offset: Int, signed: Bool
  ) -> ElementHeader? {
    let printable: ClosedRange<UInt16> = 0x20...0x7E
    guard printable.contains(letters >> 8), printable.contains(letters & 0xFF) else {
      return ElementHeader(
        tag: tag, vr: Self.implicitVR(tag, signed: signed), length: uint32(base, 4), offset: offset, headerLength: 8,
        leniency: .implicitElement)
    }
    // VRs to come have the long form (PS3.5 §7.1.2); a length where the reserved bytes stand speaks against it.
    if uint16(base, 6) != 0 {
      return ElementHeader(
        tag: tag, vr: .UN, length: UInt32(uint16(base, 6)), offset: offset, headerLength: 8, leniency: .unknownVR)
    }
    guard bytes.count >= Self.longHeaderLength else { return nil }
    return ElementHeader(
      tag: tag, vr: .UN, length: uint32(base, 8), offset: offset, headerLength: 12, leniency: .unknownVR)
  }

  /// The VR of an element in implicit VR (PS3.5 §A.1): of two VRs OW rather than OB, US or SS by Pixel Representation.
  static func implicitVR(_ tag: Tag, signed: Bool) -> VR {
    guard let vr = DataDictionary.vr(for: tag) else { return .UN }
    if vr == .OB || vr == .US, let vrs = DataDictionary.entry(for: tag)?.vrs, vrs.count > 1 {
      if vrs.contains(.OW) { return .OW }
      return signed && vrs.contains(.SS) ? .SS : .US
    }
    return vr
  }

  @inline(__always)
  private func uint16(_ base: UnsafeRawPointer, _ offset: Int) -> UInt16 {
    let value = base.loadUnaligned(fromByteOffset: offset, as: UInt16.self)
    return byteOrder == .littleEndian ? UInt16(littleEndian: value) : UInt16(bigEndian: value)
  }

  @inline(__always)
  private func uint32(_ base: UnsafeRawPointer, _ offset: Int) -> UInt32 {
    let value = base.loadUnaligned(fromByteOffset: offset, as: UInt32.self)
    return byteOrder == .littleEndian ? UInt32(littleEndian: value) : UInt32(bigEndian: value)
  }
}
