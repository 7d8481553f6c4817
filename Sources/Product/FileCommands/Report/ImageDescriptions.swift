// SPDX-License-Identifier: Apache-2.0

import DICOMCore
import DICOMObjects

/// A frame of an enhanced object in JSON.
struct FrameDescription: Encodable {
  let position: [Double]?
  let orientation: [Double]?
  let pixelSpacing: [Double]?
  let dimensionIndexValues: [Int]
  let segment: Int?
  let sources: [String]

  init(_ groups: FunctionalGroups) {
    position = groups.planePosition
    orientation = groups.planeOrientation
    pixelSpacing = groups.pixelMeasures?.pixelSpacing
    dimensionIndexValues = groups.frameContent?.dimensionIndexValues ?? []
    segment = groups.segmentNumber
    sources = groups.sourceImages.map(\.instance.sopInstance.rawValue)
  }
}

/// A segmentation in JSON, with the number of pixels of each segment by frame.
struct SegmentationDescription: Encodable {
  struct SegmentDescription: Encodable {
    let number: Int
    let label: String
    let category: ConceptDescription
    let type: ConceptDescription
    let algorithm: String
    let frames: [Int]
    /// Pixels above 0, or with the segment's number in a label map.
    let pixels: [Int]
    /// Their sum; of fractions the sum of the stored values.
    let sum: Int
  }

  let kind: String
  let rows: Int
  let columns: Int
  let segments: [SegmentDescription]
  let frames: [FrameDescription]

  init(_ segmentation: Segmentation) throws {
    kind =
      switch segmentation.kind {
      case .binary: "BINARY"
      case .fractional(let fraction, _): "FRACTIONAL \(fraction.rawValue)"
      case .labelMap: "LABELMAP"
      }
    rows = segmentation.rows
    columns = segmentation.columns
    frames = segmentation.multiFrame.frames.map { FrameDescription($0) }
    segments = try segmentation.segments.map { segment in
      let frames = segmentation.frames(of: segment.number)
      var counts: [Int] = []
      var sum = 0
      for frame in frames {
        let samples = try segmentation.samples(frame)
        let isInside =
          segmentation.kind == .labelMap ? { Int($0) == segment.number } : { (sample: UInt16) in sample > 0 }
        counts.append(samples.count(where: isInside))
        sum += segmentation.kind == .labelMap ? counts[counts.count - 1] : samples.reduce(0) { $0 + Int($1) }
      }
      return SegmentDescription(
        number: segment.number, label: segment.label, category: ConceptDescription(segment.category),
        type: ConceptDescription(segment.type), algorithm: Self.name(segment.algorithm), frames: frames.map { $0 + 1 },
        pixels: counts, sum: sum)
    }
  }

  private static func name(_ algorithm: Segment.Algorithm) -> String {
    switch algorithm {
    case .manual: "MANUAL"
    case .semiautomatic: "SEMIAUTOMATIC"
    case .automatic: "AUTOMATIC"
    }
  }
}

/// A parametric map in JSON, with the extremes of each frame.
struct ParametricMapDescription: Encodable {
  struct ValuesDescription: Encodable {
    let minimum: Double
    let maximum: Double
    let mean: Double
  }

  let rows: Int
  let columns: Int
  let unit: ConceptDescription?
  let frames: [FrameDescription]
  let values: [ValuesDescription]

  init(_ map: ParametricMap) throws {
    rows = map.rows
    columns = map.columns
    unit = map.multiFrame.frames.first?.realWorldValueMappings.first.map { ConceptDescription($0.unit) }
    frames = map.multiFrame.frames.map { FrameDescription($0) }
    values = try (0..<map.frameCount).map { frame in
      let values = try map.values(frame).filter(\.isFinite)
      return ValuesDescription(
        minimum: values.min() ?? 0, maximum: values.max() ?? 0,
        mean: values.isEmpty ? 0 : values.reduce(0, +) / Double(values.count))
    }
  }
}
