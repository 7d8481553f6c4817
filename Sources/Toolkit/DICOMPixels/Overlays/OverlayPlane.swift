// SPDX-License-Identifier: Apache-2.0

import DICOMCore
import DICOMDictionary

/// A plane of single bits over an image (PS3.3 §C.9.2), with data of its own or in unused bits of the pixel data.
public struct OverlayPlane: Sendable, Hashable {
  /// Overlay Type (60xx,0040).
  public enum Kind: Sendable {
    /// G: drawings and text.
    case graphics
    /// R: the pixels that belong to a region.
    case regionOfInterest
  }

  enum Source: Sendable, Hashable {
    case data(ByteSlice, isByteSwapped: Bool)
    /// The bit of each pixel's container (retired in PS3.3-2004).
    case pixelBit(Int)
  }

  /// 6000 to 601E, even.
  public let group: UInt16
  public let kind: Kind
  public let label: String?
  public let rows: Int
  public let columns: Int
  /// Row and column of the image where the plane begins, counted from 1; may lie outside.
  public let origin: (row: Int, column: Int)
  /// Image frames that the plane belongs to, counted from 0; nil for all.
  public let frames: Range<Int>?
  let source: Source

  /// The most that the VR of Overlay Rows and Overlay Columns can hold.
  static let maximumSide = 65_535

  /// Overlay groups that can exist (PS3.5 §7.6).
  static let groups = stride(from: UInt16(0x6000), through: 0x601E, by: 2)

  /// The planes of an image or a presentation state that can be shown, by group.
  public static func all(_ dataSet: DataSet) -> [OverlayPlane] {
    groups.compactMap { OverlayPlane(dataSet, group: $0) }
  }

  init?(_ dataSet: DataSet, group: UInt16) {
    func tag(_ first: Tag) -> Tag { Tag(group, first.element) }
    guard let rows = dataSet.integer(tag(.overlayRows)), let columns = dataSet.integer(tag(.overlayColumns)),
      (1...Self.maximumSide).contains(rows), (1...Self.maximumSide).contains(columns)
    else { return nil }
    self.group = group
    self.rows = rows
    self.columns = columns
    kind = dataSet.string(tag(.overlayType)) == "R" ? .regionOfInterest : .graphics
    label = dataSet.string(tag(.overlayLabel)) ?? dataSet.string(tag(.overlayDescription))
    let start = dataSet.integers(tag(.overlayOrigin)) ?? [1, 1]
    // Some write a US where the sign matters.
    let signed = start.map { Int(Int16(truncatingIfNeeded: $0)) }
    origin = signed.count == 2 ? (signed[0], signed[1]) : (1, 1)
    let count = dataSet.integer(tag(.numberOfFramesInOverlay))
    let first = dataSet.integer(tag(.imageFrameOrigin))
    if count == nil, first == nil {
      frames = nil
    } else {
      let start = min(max(first ?? 1, 1), Int(Int32.max)) - 1
      frames = start..<start + min(max(count ?? 1, 1), Int(Int32.max))
    }
    if let element = dataSet[tag(.overlayData)], let bytes = element.bytes, !bytes.isEmpty {
      source = .data(bytes, isByteSwapped: dataSet.byteOrder == .bigEndian && element.vr == .OW)
    } else if let bit = dataSet.integer(tag(.overlayBitPosition)), (0..<64).contains(bit),
      (dataSet.integer(tag(.overlayBitsAllocated)) ?? 1) > 1
    {
      source = .pixelBit(bit)
    } else {
      return nil
    }
  }

  /// The plane's bits stand in the pixel data.
  public var isEmbedded: Bool { if case .pixelBit = source { true } else { false } }

  /// Whether the plane belongs to a frame, counted from 0.
  public func applies(to frame: Int) -> Bool { frames?.contains(frame) ?? true }

  /// The plane on an image's pixels: a byte each, 1 where the bit is set. Nil where it does not belong to the frame or
  /// embedded bits are not at hand.
  /// - Parameters:
  ///   - containers: the frame's samples with all their bits, for embedded planes.
  public func mask(width: Int, height: Int, frame: Int, containers: DecodedFrame?) -> [UInt8]? {
    guard applies(to: frame) else { return nil }
    switch source {
    case .data(let bytes, let isByteSwapped):
      let plane = frames.map { frame - $0.lowerBound } ?? 0
      return mask(width, height, bytes, isByteSwapped, plane: plane)
    case .pixelBit(let bit):
      guard let containers, containers.columns == width, containers.rows == height,
        containers.samplesPerPixel == 1, bit < containers.bitsAllocated
      else { return nil }
      return Self.mask(containers, bit: bit)
    }
  }

  private func mask(_ width: Int, _ height: Int, _ bytes: ByteSlice, _ isSwapped: Bool, plane: Int) -> [UInt8] {
    var mask = [UInt8](repeating: 0, count: width * height)
    let (planeBits, overflow) = (rows * columns).multipliedReportingOverflow(by: plane)
    let limit = bytes.count * 8
    guard !overflow, planeBits < limit else { return mask }
    let swap = isSwapped ? 1 : 0
    let (top, left) = (origin.row - 1, origin.column - 1)
    let (firstRow, lastRow) = (max(0, -top), min(rows, height - top))
    let (firstColumn, lastColumn) = (max(0, -left), min(columns, width - left))
    guard firstRow < lastRow, firstColumn < lastColumn else { return mask }
    mask.withUnsafeMutableBufferPointer { mask in
      bytes.withUnsafeBytes { input in
        for row in firstRow..<lastRow {
          let start = planeBits + row * columns
          let target = (row + top) * width + left
          for column in firstColumn..<lastColumn {
            let bit = start &+ column
            let byte = (bit >> 3) ^ swap
            guard bit < limit, byte < input.count else { return }
            mask[target &+ column] = input[byte] >> UInt8(truncatingIfNeeded: bit & 7) & 1
          }
        }
      }
    }
    return mask
  }

  private static func mask(_ frame: DecodedFrame, bit: Int) -> [UInt8] {
    let size = frame.bitsAllocated / 8
    let count = frame.rows * frame.columns
    return [UInt8](unsafeUninitializedCapacity: count) { output, written in
      frame.bytes.withUnsafeBufferPointer { input in
        for index in 0..<count {
          output[index] = input[index * size + bit / 8] >> UInt8(bit % 8) & 1
        }
      }
      written = count
    }
  }

  public static func == (left: OverlayPlane, right: OverlayPlane) -> Bool {
    left.group == right.group && left.kind == right.kind && left.label == right.label && left.rows == right.rows
      && left.columns == right.columns && left.origin == right.origin && left.frames == right.frames
      && left.source == right.source
  }

  public func hash(into hasher: inout Hasher) {
    hasher.combine(group)
    hasher.combine(source)
  }
}
