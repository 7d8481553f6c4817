// SPDX-License-Identifier: Apache-2.0

import DICOMCore
import DICOMDictionary
import DICOMPixels

/// The pixels of a segment in a plane.
public struct SegmentMask: Sendable, Hashable {
  /// Number of the segment; 0 in label maps.
  public var segment: Int
  public var plane: SourcePlane
  /// Rows from the top: 0 and 1, fractions up to the maximum, or segment numbers.
  public var pixels: [UInt16]

  public init(segment: Int, plane: SourcePlane, pixels: [UInt16]) {
    self.segment = segment
    self.plane = plane
    self.pixels = pixels
  }

  /// Pixels that belong to a segment.
  public init(segment: Int, plane: SourcePlane, pixels: [Bool]) {
    self.init(segment: segment, plane: plane, pixels: pixels.map { $0 ? 1 : 0 })
  }
}

/// Frames of a segmentation that is built: checked, ordered, with functional groups and dimension indices.
struct SegmentFrames {
  let multiFrame: MultiFrame
  let samples: [[UInt16]]

  private static let segmentation = ReportConcepts.dcm("113076", "Segmentation")
  private static let source = ReportConcepts.dcm("121322", "Source image for image processing operation")

  init(kind: Segmentation.Kind, segments: [Segment], masks: [SegmentMask]) throws(ObjectError) {
    try Self.check(kind, segments, masks)
    let ranks = SourcePlane.ranks(masks.map(\.plane))
    let order = masks.indices.sorted { left, right in
      (masks[left].segment, ranks[left], left) < (masks[right].segment, ranks[right], right)
    }
    let hasPlace = masks.allSatisfy { $0.plane.distance != nil }
    let isLabelMap = kind == .labelMap
    var frames: [FunctionalGroups] = []
    for index in order {
      let mask = masks[index]
      var groups = try mask.plane.groups()
      try groups.set(
        FrameContent(dimensionIndexValues: isLabelMap ? [ranks[index]] : [mask.segment, ranks[index]]))
      if !isLabelMap { try groups.setSegmentNumber(mask.segment) }
      try groups.set(
        sourceImages: [mask.plane.image], derivation: Self.segmentation, purpose: Self.source)
      frames.append(groups)
    }
    let place =
      hasPlace
      ? DimensionOrganization.Index(.imagePositionPatient, in: .planePositionSequence, label: "Image Position Patient")
      : DimensionOrganization.Index(.frameLabel, in: .frameContentSequence, label: "Frame")
    let number = DimensionOrganization.Index(
      .referencedSegmentNumber, in: .segmentIdentificationSequence, label: "Segment Number")
    multiFrame = MultiFrame(
      frames: frames, dimensions: DimensionOrganization(indices: isLabelMap ? [place] : [number, place]))
    samples = order.map { masks[$0].pixels }
  }

  private static func check(
    _ kind: Segmentation.Kind, _ segments: [Segment], _ masks: [SegmentMask]
  ) throws(ObjectError) {
    let numbers = segments.map(\.number)
    guard !numbers.isEmpty else { throw ObjectError(.missing, .segmentSequence, "a segmentation has segments") }
    guard Set(numbers).count == numbers.count, numbers.allSatisfy({ (1...65_535).contains($0) }) else {
      throw ObjectError(.invalid, .segmentNumber, "segment numbers are unique and from 1 to 65535")
    }
    if kind != .labelMap, Set(numbers) != Set(1...numbers.count) {
      throw ObjectError(.invalid, .segmentNumber, "segment numbers start at 1 and have no gaps (PS3.3 §C.8.20.4)")
    }
    guard let first = masks.first?.plane else { return }
    let known = Set(numbers)
    for mask in masks {
      guard mask.plane.rows == first.rows, mask.plane.columns == first.columns else {
        throw ObjectError(.invalid, .rows, "all frames have the same number of rows and columns")
      }
      guard mask.plane.frameOfReference == first.frameOfReference else {
        throw ObjectError(.invalid, .frameOfReferenceUID, "all planes are in the same frame of reference")
      }
      guard mask.pixels.count == mask.plane.rows * mask.plane.columns else {
        throw ObjectError(
          .invalid, .pixelData, "a mask has \(mask.pixels.count) pixels in place of \(first.rows) × \(first.columns)")
      }
      try check(kind, mask, known)
    }
  }

  private static func check(
    _ kind: Segmentation.Kind, _ mask: SegmentMask, _ known: Set<Int>
  ) throws(ObjectError) {
    let highest = Int(mask.pixels.max() ?? 0)
    switch kind {
    case .binary:
      if highest > 1 { throw ObjectError(.invalid, .pixelData, "a pixel of a binary mask is 0 or 1, not \(highest)") }
    case .fractional(_, let maximum):
      guard (1...255).contains(maximum) else {
        throw ObjectError(.invalid, .maximumFractionalValue, "\(maximum) is not from 1 to 255")
      }
      if highest > maximum { throw ObjectError(.invalid, .pixelData, "the fraction \(highest) is above \(maximum)") }
    case .labelMap:
      if let stray = Set(mask.pixels).first(where: { $0 != 0 && !known.contains(Int($0)) }) {
        throw ObjectError(.invalid, .pixelData, "there is no segment \(stray)")
      }
      return
    }
    guard known.contains(mask.segment) else {
      throw ObjectError(.invalid, .referencedSegmentNumber, "there is no segment \(mask.segment)")
    }
  }

  /// How the pixels of a kind of segmentation are stored.
  static func description(_ kind: Segmentation.Kind, rows: Int, columns: Int, frames: Int) -> PixelDescription {
    let bits: Int =
      switch kind {
      case .binary: 1
      case .fractional: 8
      case .labelMap: 16
      }
    return PixelDescription(rows: rows, columns: columns, bitsAllocated: bits, numberOfFrames: frames)
  }

  /// The bytes of a decoded frame.
  static func container(_ samples: [UInt16], _ description: PixelDescription) -> [UInt8] {
    if description.bitsAllocated <= 8 { return samples.map { UInt8(truncatingIfNeeded: $0) } }
    return samples.flatMap { [UInt8(truncatingIfNeeded: $0), UInt8($0 >> 8)] }
  }

  /// Native pixel data of frames; single bits are packed across frames (PS3.5 §8.1.1).
  static func pixelData(_ frames: [[UInt16]], _ description: PixelDescription) -> [UInt8] {
    guard description.bitsAllocated == 1 else { return frames.flatMap { container($0, description) } }
    let size = description.pixelsPerFrame
    var bytes = [UInt8](repeating: 0, count: (size * frames.count + 7) / 8)
    for (number, frame) in frames.enumerated() {
      for (index, pixel) in frame.enumerated() where pixel != 0 {
        let bit = number * size + index
        bytes[bit / 8] |= 1 << UInt8(bit % 8)
      }
    }
    return bytes
  }
}
