// SPDX-License-Identifier: Apache-2.0

import DICOMCore
import DICOMDictionary
import DICOMPixels

/// A segmentation (PS3.3 §A.51, label maps §A.51bis): segments, and frames that say which pixels belong to them.
public struct Segmentation: Sendable {
  /// Segmentation Type (0062,0001).
  public enum Kind: Sendable, Hashable {
    /// A pixel belongs to the segment or not.
    case binary
    /// Pixels from 0 to `maximum` say how probable it is, or how much of the pixel, that they belong to the segment.
    case fractional(Fraction, maximum: Int)
    /// A pixel is the number of its segment, 0 the background.
    case labelMap
  }

  /// Segmentation Fractional Type (0062,0010).
  public enum Fraction: String, Sendable, Hashable {
    case probability = "PROBABILITY"
    case occupancy = "OCCUPANCY"
  }

  public var context: ObjectContext
  public var kind: Kind
  public var segments: [Segment]
  public var content: ContentIdentification
  public var frameOfReference: UID?
  public var rows: Int
  public var columns: Int
  /// Functional groups and dimensions.
  public var multiFrame: MultiFrame
  /// Instances whose study and series are known.
  private let places: [UID: InstanceReference]
  private let source: FrameSource

  /// Reads a segmentation.
  /// - Parameter frames: the decoded frames; needed where the pixel data is compressed.
  public init(_ dataSet: DataSet, frames: FrameSource? = nil) throws(ObjectError) {
    switch dataSet.string(.segmentationType) {
    case "BINARY": kind = .binary
    case "FRACTIONAL":
      kind = .fractional(
        dataSet.string(.segmentationFractionalType).flatMap { Fraction(rawValue: $0) } ?? .probability,
        maximum: dataSet.integer(.maximumFractionalValue) ?? 255)
    case "LABELMAP": kind = .labelMap
    default: throw ObjectError(.wrongClass, .segmentationType, "the object is no segmentation that is known")
    }
    guard let source = frames ?? NativeFrames.source(dataSet) else {
      throw ObjectError(.missing, .pixelData, "pixel data is absent, or compressed and no reader is given")
    }
    context = ObjectContext(dataSet)
    segments = dataSet.items(.segmentSequence).map { Segment($0) }
    content = ContentIdentification(dataSet)
    frameOfReference = dataSet.uid(.frameOfReferenceUID)
    rows = dataSet.integer(.rows) ?? 0
    columns = dataSet.integer(.columns) ?? 0
    multiFrame = try MultiFrame(dataSet)
    places = CommonInstanceReference.read(dataSet)
    self.source = source
  }

  /// Makes a segmentation of masks. Frames are ordered by segment, then by their place along the normal.
  public init(
    context: ObjectContext, kind: Kind, segments: [Segment], masks: [SegmentMask],
    content: ContentIdentification = ContentIdentification(label: "SEGMENTATION")
  ) throws(ObjectError) {
    guard let first = masks.first else { throw ObjectError(.missing, .pixelData, "a segmentation has masks") }
    self.context = context
    self.kind = kind
    self.segments = segments
    self.content = content
    rows = first.plane.rows
    columns = first.plane.columns
    frameOfReference = first.plane.frameOfReference
    let ordered = try SegmentFrames(kind: kind, segments: segments, masks: masks)
    multiFrame = ordered.multiFrame
    places = Dictionary(masks.map { ($0.plane.image.instance.sopInstance, $0.plane.image.instance) }) { first, _ in
      first
    }
    let samples = ordered.samples
    let description = SegmentFrames.description(kind, rows: rows, columns: columns, frames: samples.count)
    source = { index in DecodedFrame(description, bytes: SegmentFrames.container(samples[index], description)) }
  }

  /// Number of frames.
  public var frameCount: Int { multiFrame.frames.count }

  /// The segment that a frame belongs to; nil in label maps.
  public func segmentNumber(_ frame: Int) -> Int? { multiFrame.frames[frame].segmentNumber }

  /// The frames of a segment; in a label map all frames.
  public func frames(of segment: Int) -> [Int] {
    if kind == .labelMap { return Array(multiFrame.frames.indices) }
    return multiFrame.frames.indices.filter { multiFrame.frames[$0].segmentNumber == segment }
  }

  /// Pixels of a frame in rows from the top: 0 and 1, fractions up to the maximum, or segment numbers.
  /// - Throws: what the source of frames throws.
  public func samples(_ frame: Int) throws -> [UInt16] { try source(frame).unsignedSamples }

  /// Which pixels of a frame belong to a segment; for fractions those above 0.
  public func mask(_ frame: Int, segment: Int) throws -> [Bool] {
    let samples = try samples(frame)
    switch kind {
    case .labelMap: return samples.map { Int($0) == segment }
    case .binary, .fractional:
      guard multiFrame.frames[frame].segmentNumber ?? segment == segment else {
        return [Bool](repeating: false, count: samples.count)
      }
      return samples.map { $0 > 0 }
    }
  }

  /// Images that the segmentation was made from, each once.
  public var sourceImages: [InstanceReference] {
    var seen: Set<UID> = []
    return multiFrame.frames.flatMap(\.sourceImages).map(\.instance)
      .filter { seen.insert($0.sopInstance).inserted }.map { places[$0.sopInstance] ?? $0 }
  }
}
