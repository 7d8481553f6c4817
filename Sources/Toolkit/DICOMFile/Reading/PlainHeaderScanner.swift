// SPDX-License-Identifier: Apache-2.0

import DICOMCore
import DICOMDictionary

/// Finds root elements in the first bytes of a file, without allocation, as long as all of it keeps to the standard:
/// Part 10 with preamble (PS3.10 §7.1), explicit or implicit VR little endian, tags in ascending order.
///
/// What is anything else is left to `IndexScanner`, which reads whatever can be read.
public struct PlainHeaderScanner: Sendable {
  /// Where the value of an element stands.
  public struct Place: Sendable, Hashable {
    public let vr: VR
    /// From the start of the file, in bytes.
    public let offset: Int
    public let count: Int
  }

  /// How a scan ended.
  public enum Outcome: Sendable, Hashable {
    /// All that the file has of what is wanted was found.
    case complete
    /// The bytes end before the last element that is wanted.
    case needsMore
    /// The file is to be read by `IndexScanner`.
    case irregular
  }

  /// The tags that are looked for, in ascending order.
  public let wanted: [Tag]
  /// The VR that each has in implicit VR; nil where the dictionary leaves a choice.
  private let implicitVRs: [VR?]
  /// Undefined lengths within another that are followed.
  private static let maximumDepth = 16
  private static let firstGroups: ClosedRange<UInt16> = 0x0001...0x00FF

  /// - Parameter wanted: tags of the root, those of File Meta Information too.
  public init(wanted: some Sequence<Tag>) {
    self.wanted = Set(wanted).sorted()
    implicitVRs = self.wanted.map { tag in
      guard !tag.isPrivate, let vrs = DataDictionary.entry(for: tag)?.vrs, vrs.count == 1 else { return nil }
      return vrs[0]
    }
  }

  /// Looks through the beginning of a file.
  /// - Parameters:
  ///   - bytes: the file's first bytes.
  ///   - isWhole: these are all that it has.
  ///   - places: one for each wanted tag, in their order; nil where the file has none.
  public func scan(
    _ bytes: UnsafeRawBufferPointer, isWhole: Bool, into places: UnsafeMutableBufferPointer<Place?>
  ) -> Outcome {
    precondition(places.count >= wanted.count)
    for index in wanted.indices { places[index] = nil }
    guard let last = wanted.last else { return .complete }
    let short: Outcome = isWhole ? .irregular : .needsMore
    guard bytes.count > 144, let base = bytes.baseAddress else { return short }
    // DICM
    guard base.loadUnaligned(fromByteOffset: 128, as: UInt32.self).littleEndian == 0x4D43_4944 else {
      return .irregular
    }
    var cursor = Cursor(base: base, count: bytes.count, position: 132)
    var next = 0
    var previous = Tag(0, 0)
    var syntax: Place?
    var isFirst = true
    while cursor.position < bytes.count || !isWhole {
      guard cursor.has(8) else { return short }
      let tag = cursor.tag
      guard tag > previous else { return .irregular }
      previous = tag
      if isFirst, tag.group != 0x0002 {
        isFirst = false
        guard let syntax, cursor.begin(syntax), Self.firstGroups.contains(tag.group) else { return .irregular }
      }
      if tag > last || Self.isPixelData(tag) { return isFirst ? .irregular : .complete }
      while wanted[next] < tag { next += 1 }
      let isWanted = wanted[next] == tag
      switch cursor.header() {
      case .needsMore: return short
      case .irregular: return .irregular
      case .undefined(let vr):
        guard !isWanted, vr != .UN else { return .irregular }
        switch cursor.skipItems(depth: Self.maximumDepth) {
        case .needsMore: return short
        case .irregular: return .irregular
        case .complete: break
        }
      case .value(let vr, let length):
        guard cursor.has(length) else { return short }
        let named = cursor.isExplicit ? vr : isWanted ? implicitVRs[next] ?? .UN : .UN
        let place = Place(vr: named, offset: cursor.position, count: length)
        if tag == .transferSyntaxUID { syntax = place }
        if isWanted {
          guard named != .UN, named != .SQ else { return .irregular }
          places[next] = place
        }
        cursor.position += length
      }
    }
    return isFirst ? .irregular : .complete
  }

  private static func isPixelData(_ tag: Tag) -> Bool {
    tag.group == 0x7FE0 && (tag.element == 0x0008 || tag.element == 0x0009 || tag.element == 0x0010)
  }
}

extension PlainHeaderScanner {
  /// The header of an element.
  fileprivate enum Header {
    case value(VR, Int)
    case undefined(VR)
    case needsMore, irregular
  }

  /// A place in the bytes.
  fileprivate struct Cursor {
    let base: UnsafeRawPointer
    let count: Int
    var position: Int
    var isExplicit = true

    @inline(__always) func has(_ length: Int) -> Bool { length <= count - position }

    @inline(__always) func uint16(_ offset: Int) -> UInt16 {
      base.loadUnaligned(fromByteOffset: position + offset, as: UInt16.self).littleEndian
    }

    @inline(__always) func uint32(_ offset: Int) -> UInt32 {
      base.loadUnaligned(fromByteOffset: position + offset, as: UInt32.self).littleEndian
    }

    @inline(__always) var tag: Tag { Tag(uint16(0), uint16(2)) }

    /// Takes the encoding of the data set; false where it is another one, or not the one that the first element has.
    mutating func begin(_ syntax: Place) -> Bool {
      var length = syntax.count
      while length > 0, base.load(fromByteOffset: syntax.offset + length - 1, as: UInt8.self) <= 0x20 { length -= 1 }
      func named(_ text: StaticString, prefix: Bool = false) -> Bool {
        guard prefix ? text.utf8CodeUnitCount < length : text.utf8CodeUnitCount == length else { return false }
        let name = UnsafeRawBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount)
        return UnsafeRawBufferPointer(start: base + syntax.offset, count: name.count).elementsEqual(name)
      }
      let letters = UInt16(bigEndian: base.loadUnaligned(fromByteOffset: position + 4, as: UInt16.self))
      let hasVR = VR(rawValue: letters) != nil
      if named("1.2.840.10008.1.2") {
        isExplicit = false
        return !hasVR && tag.group == 0x0008
      }
      let isDeflated = named("1.2.840.10008.1.2.4.95") || named("1.2.840.10008.1.2.4.205")
      let isOrdinary =
        named("1.2.840.10008.1.2.1") || named("1.2.840.10008.1.2.5")
        || named("1.2.840.10008.1.2.4.", prefix: true) && !isDeflated
      return isOrdinary && hasVR
    }

    /// Reads a header, behind which the position stands then.
    mutating func header() -> Header {
      guard has(8) else { return .needsMore }
      guard uint16(0) != 0xFFFE else { return .irregular }
      guard isExplicit else {
        let length = uint32(4)
        position += 8
        return length == DataElement.undefinedLength ? .undefined(.SQ) : .value(.UN, Int(length))
      }
      let letters = UInt16(bigEndian: base.loadUnaligned(fromByteOffset: position + 4, as: UInt16.self))
      guard let vr = VR(rawValue: letters) else { return .irregular }
      guard vr.hasLongHeader else {
        let length = Int(uint16(6))
        position += 8
        return .value(vr, length)
      }
      guard has(12) else { return .needsMore }
      guard uint16(6) == 0 else { return .irregular }
      let length = uint32(8)
      position += 12
      return length == DataElement.undefinedLength ? .undefined(vr) : .value(vr, Int(length))
    }

    /// Passes over items up to the delimiter of their sequence (PS3.5 §7.5).
    mutating func skipItems(depth: Int) -> Outcome {
      guard depth > 0 else { return .irregular }
      while true {
        guard has(8) else { return .needsMore }
        let (tag, length) = (tag, uint32(4))
        position += 8
        if tag == .sequenceDelimitationItem { return length == 0 ? .complete : .irregular }
        guard tag == .item else { return .irregular }
        if length != DataElement.undefinedLength {
          guard has(Int(length)) else { return .needsMore }
          position += Int(length)
          continue
        }
        let outcome = skipElements(depth: depth - 1)
        guard outcome == .complete else { return outcome }
      }
    }

    /// Passes over the elements of an item of undefined length and its delimiter.
    private mutating func skipElements(depth: Int) -> Outcome {
      while true {
        guard has(8) else { return .needsMore }
        if tag == .itemDelimitationItem {
          guard uint32(4) == 0 else { return .irregular }
          position += 8
          return .complete
        }
        switch header() {
        case .needsMore: return .needsMore
        case .irregular: return .irregular
        case .value(_, let length):
          guard has(length) else { return .needsMore }
          position += length
        case .undefined(let vr):
          guard vr != .UN else { return .irregular }
          let outcome = skipItems(depth: depth)
          guard outcome == .complete else { return outcome }
        }
      }
    }
  }
}
