// SPDX-License-Identifier: Apache-2.0

import DICOMCore
import DICOMDictionary

/// Finds the bytes of each frame in pixel data, native (PS3.5 §A.1) or encapsulated (PS3.5 §A.4).
public struct FrameLocator: Sendable {
  private enum Source: Sendable {
    case native(ByteSlice)
    case encapsulated([ByteSlice], FragmentMap)
  }

  public let description: PixelDescription
  private let source: Source

  /// Locates the frames of a data set that was read with its pixel data.
  public init(_ dataSet: DataSet, description: PixelDescription) throws(PixelError) {
    let element = dataSet[.pixelData] ?? dataSet[.floatPixelData] ?? dataSet[.doubleFloatPixelData]
    guard let element else { throw PixelError(.missing, "no pixel data") }
    switch element.value {
    case .bytes(let bytes):
      self.init(native: bytes, description: description)
    case .fragments(let fragments):
      let table = dataSet.integers(.extendedOffsetTable)?.map { UInt64(truncatingIfNeeded: $0) }
      try self.init(fragments: fragments, description: description, extendedOffsets: table ?? [])
    case .items:
      throw PixelError(.invalid, "pixel data is a sequence")
    }
  }

  /// Locates frames in the value of a native Pixel Data element. Frames that are not complete are not counted.
  public init(native bytes: ByteSlice, description: PixelDescription) {
    self.description = description
    source = .native(bytes)
  }

  /// Locates frames in fragments, of which the first is the Basic Offset Table.
  public init(
    fragments: [ByteSlice], description: PixelDescription, extendedOffsets: [UInt64] = []
  ) throws(PixelError) {
    self.description = description
    guard let table = fragments.first else { throw PixelError(.truncated, "no Basic Offset Table item") }
    let data = Array(fragments.dropFirst())
    let offsets = extendedOffsets.isEmpty ? Self.basicOffsets(table) : extendedOffsets
    let map = try FragmentMap(
      fragments: data, numberOfFrames: description.numberOfFrames, offsets: offsets,
      samplesPerPixel: description.samplesPerPixel)
    source = .encapsulated(data, map)
  }

  /// Locates frames in the value field of an encapsulated Pixel Data element: items up to the sequence delimiter.
  public init(
    encapsulated bytes: ByteSlice, description: PixelDescription, extendedOffsets: [UInt64] = []
  ) throws(PixelError) {
    try self.init(
      fragments: try Self.items(bytes), description: description, extendedOffsets: extendedOffsets)
  }

  public var isEncapsulated: Bool {
    if case .encapsulated = source { true } else { false }
  }

  /// Frames that can be read: as many as claimed, fewer where native pixel data ends early.
  public var frameCount: Int {
    switch source {
    case .native(let bytes):
      min(description.numberOfFrames, bytes.count * 8 / max(description.nativeFrameBits, 1))
    case .encapsulated(_, let map): map.frames.count
    }
  }

  /// The compressed bytes of a frame, counted from 0, as one piece. Copies only where there are several fragments.
  public func codestream(_ frame: Int) throws(PixelError) -> ByteSlice {
    guard case .encapsulated(let fragments, let map) = source, map.frames.indices.contains(frame) else {
      throw PixelError(.noSuchFrame, "there are \(frameCount) frames", frame: frame)
    }
    let range = map.frames[frame]
    if range.count == 1 { return fragments[range.lowerBound] }
    var joined: [UInt8] = []
    joined.reserveCapacity(fragments[range].reduce(0) { $0 + $1.count })
    for fragment in fragments[range] {
      fragment.withUnsafeBytes { joined.append(contentsOf: $0) }
    }
    return ByteSlice(joined)
  }

  /// Which of the frames in its stream a frame is, and how many there are: several in JPEG 2000 Part 2 (PS3.5 §A.4.4),
  /// else one.
  public func placeInCodestream(_ frame: Int) -> (index: Int, count: Int) {
    guard case .encapsulated(_, let map) = source, map.places.indices.contains(frame) else { return (0, 1) }
    return map.places[frame]
  }

  /// The fragments of a frame as they stand.
  public func fragments(_ frame: Int) throws(PixelError) -> [ByteSlice] {
    guard case .encapsulated(let fragments, let map) = source, map.frames.indices.contains(frame) else {
      throw PixelError(.noSuchFrame, "there are \(frameCount) frames", frame: frame)
    }
    return Array(fragments[map.frames[frame]])
  }

  /// Where a native frame stands in the value of Pixel Data, in bits; a frame of single bits need not begin on a byte.
  public func nativeBits(_ frame: Int) throws(PixelError) -> (bytes: ByteSlice, bits: Range<Int>) {
    guard case .native(let bytes) = source, frame >= 0, frame < description.numberOfFrames else {
      throw PixelError(.noSuchFrame, "there are \(frameCount) frames", frame: frame)
    }
    let size = description.nativeFrameBits
    let (start, overflow) = size.multipliedReportingOverflow(by: frame)
    guard !overflow, start <= bytes.count * 8 - size else {
      throw PixelError(.truncated, "pixel data of \(bytes.count) bytes ends before the frame", frame: frame)
    }
    return (bytes, start..<start + size)
  }

  private static func basicOffsets(_ table: ByteSlice) -> [UInt64] {
    table.withUnsafeBytes { bytes in
      (0..<bytes.count / 4).map {
        UInt64(UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: $0 * 4, as: UInt32.self)))
      }
    }
  }

  /// Splits a value field into its items. An item that claims more than there is, is cut.
  static func items(_ bytes: ByteSlice) throws(PixelError) -> [ByteSlice] {
    var items: [ByteSlice] = []
    var position = 0
    while position + 8 <= bytes.count {
      let (tag, length) = bytes.withUnsafeBytes { buffer in
        let group = UInt16(littleEndian: buffer.loadUnaligned(fromByteOffset: position, as: UInt16.self))
        let element = UInt16(littleEndian: buffer.loadUnaligned(fromByteOffset: position + 2, as: UInt16.self))
        let length = UInt32(littleEndian: buffer.loadUnaligned(fromByteOffset: position + 4, as: UInt32.self))
        return (Tag(group, element), Int(length))
      }
      position += 8
      if tag == .sequenceDelimitationItem { break }
      guard tag == .item else { throw PixelError(.invalid, "\(tag) where an item was due, at byte \(position - 8)") }
      let end = min(position + length, bytes.count)
      items.append(bytes[position..<end])
      position = end
    }
    return items
  }
}
