// SPDX-License-Identifier: Apache-2.0

import DICOMCore

/// Which fragments of encapsulated pixel data make up each frame (PS3.5 §A.4).
public struct FragmentMap: Sendable {
  /// For each frame the range of its fragments, the Basic Offset Table not counted.
  public let frames: [Range<Int>]
  /// For each frame its number among those that share its fragments, and how many these are; empty where none does.
  private(set) var places: [(index: Int, count: Int)] = []

  /// - Parameters:
  ///   - fragments: the fragments without the Basic Offset Table.
  ///   - numberOfFrames: as the data set claims.
  ///   - offsets: Basic or Extended Offset Table, where there is one: from the first byte of the first item tag after
  ///     the table to that of the frame.
  ///   - samplesPerPixel: components of a frame in a stream of several frames.
  public init(
    fragments: [ByteSlice], numberOfFrames: Int, offsets: [UInt64], samplesPerPixel: Int = 1
  ) throws(PixelError) {
    if fragments.isEmpty { throw PixelError(.truncated, "no fragments") }
    if numberOfFrames == 1 {
      frames = [0..<fragments.count]
    } else if fragments.count == numberOfFrames {
      frames = (0..<fragments.count).map { $0..<$0 + 1 }
    } else if let byOffsets = Self.byOffsets(fragments, offsets), byOffsets.count == numberOfFrames {
      frames = byOffsets
    } else {
      let byMarkers = Self.byStartMarkers(fragments)
      if byMarkers.count == numberOfFrames {
        frames = byMarkers
      } else if let groups = Self.groups(byMarkers, fragments, numberOfFrames, samplesPerPixel) {
        frames = groups.flatMap { [Range<Int>](repeating: $0.fragments, count: $0.frames) }
        places = groups.flatMap { group in (0..<group.frames).map { ($0, group.frames) } }
      } else {
        throw PixelError(.truncated, "\(fragments.count) fragments do not make \(numberOfFrames) frames")
      }
    }
  }

  /// Streams of JPEG 2000 Part 2, whose components are the samples of several frames (PS3.5 §A.4.4).
  private static func groups(
    _ streams: [Range<Int>], _ fragments: [ByteSlice], _ numberOfFrames: Int, _ samplesPerPixel: Int
  ) -> [(fragments: Range<Int>, frames: Int)]? {
    guard streams.count < numberOfFrames else { return nil }
    var groups: [(fragments: Range<Int>, frames: Int)] = []
    for stream in streams {
      guard let components = components(fragments[stream.lowerBound]), components % samplesPerPixel == 0 else {
        return nil
      }
      groups.append((stream, components / samplesPerPixel))
    }
    return groups.reduce(0) { $0 + $1.frames } == numberOfFrames ? groups : nil
  }

  /// Csiz of the SIZ segment, with which a JPEG 2000 codestream begins (ISO/IEC 15444-1 §A.5.1).
  private static func components(_ fragment: ByteSlice) -> Int? {
    guard fragment.count >= 42, fragment[0..<4].array == [0xFF, 0x4F, 0xFF, 0x51] else { return nil }
    let count = Int(fragment[40]) << 8 | Int(fragment[41])
    return count > 0 ? count : nil
  }

  /// Bytes of an item's tag and length before its value.
  private static let itemHeader: UInt64 = 8

  private static func byOffsets(_ fragments: [ByteSlice], _ offsets: [UInt64]) -> [Range<Int>]? {
    guard offsets.first == 0 else { return nil }
    var starts: [Int] = []
    var position: UInt64 = 0
    var next = 0
    for (index, fragment) in fragments.enumerated() {
      if next < offsets.count, offsets[next] == position {
        starts.append(index)
        next += 1
      }
      position += Self.itemHeader + UInt64(fragment.count)
    }
    return next == offsets.count ? ranges(starts, end: fragments.count) : nil
  }

  private static func byStartMarkers(_ fragments: [ByteSlice]) -> [Range<Int>] {
    var starts: [Int] = []
    for (index, fragment) in fragments.enumerated() where index == 0 || startsCodestream(fragment) {
      starts.append(index)
    }
    return ranges(starts, end: fragments.count)
  }

  private static func ranges(_ starts: [Int], end: Int) -> [Range<Int>] {
    starts.indices.map { starts[$0]..<($0 + 1 < starts.count ? starts[$0 + 1] : end) }
  }

  /// Begins with SOI of JPEG and JPEG-LS, SOC of JPEG 2000, the JP2 signature box or the signatures of JPEG XL.
  private static func startsCodestream(_ fragment: ByteSlice) -> Bool {
    guard fragment.count >= 4 else { return false }
    let head = (fragment[0], fragment[1], fragment[2], fragment[3])
    return head.0 == 0xFF && head.1 == 0xD8 && head.2 == 0xFF || head == (0xFF, 0x4F, 0xFF, 0x51)
      || head == (0, 0, 0, 12) || head.0 == 0xFF && head.1 == 0x0A
  }
}
