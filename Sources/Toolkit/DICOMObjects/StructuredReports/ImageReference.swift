// SPDX-License-Identifier: Apache-2.0

import DICOMCore
import DICOMDictionary

/// The value of an IMAGE content item (PS3.3 §C.18.4).
public struct ImageReference: Sendable, Hashable {
  public var instance: InstanceReference
  /// Frames counted from 1; empty means all.
  public var frames: [Int]
  /// Segments of a segmentation, by number; empty means all.
  public var segments: [Int]
  /// The presentation state to show the image with.
  public var presentationState: InstanceReference?
  /// The real world value mapping to measure the image with.
  public var realWorldValueMapping: InstanceReference?

  public init(
    _ instance: InstanceReference, frames: [Int] = [], segments: [Int] = [],
    presentationState: InstanceReference? = nil, realWorldValueMapping: InstanceReference? = nil
  ) {
    self.instance = instance
    self.frames = frames
    self.segments = segments
    self.presentationState = presentationState
    self.realWorldValueMapping = realWorldValueMapping
  }

  init?(_ item: DataSet) {
    guard let reference = item.items(.referencedSOPSequence).first,
      let instance = InstanceReference(reference)
    else { return nil }
    self.instance = instance
    frames = reference.integers(.referencedFrameNumber) ?? []
    segments = reference.integers(.referencedSegmentNumber) ?? []
    realWorldValueMapping = reference.items(.referencedRealWorldValueMappingInstanceSequence).first
      .flatMap { InstanceReference($0) }
    // The presentation state is the reference within the reference.
    presentationState = reference.items(.referencedSOPSequence).first.flatMap { InstanceReference($0) }
  }

  func write(_ item: inout AttributeWriter) throws(ObjectError) {
    try item.set(.referencedSOPSequence, [self], .type1) { (image, path) throws(ObjectError) in
      var reference = AttributeWriter(path: path)
      try image.instance.write(&reference)
      try image.checkNumbers(path)
      if let frame = image.frames.first(where: { $0 < 1 }) {
        throw ObjectError(.invalid, .referencedFrameNumber, in: path, "\(frame): frames are counted from 1")
      }
      try reference.set(.referencedFrameNumber, image.frames, .type3)
      try reference.set(.referencedSegmentNumber, image.segments, .type3)
      try reference.set(
        .referencedSOPSequence, image.presentationState.map { [$0] } ?? [], .type3, Self.reference)
      try reference.set(
        .referencedRealWorldValueMappingInstanceSequence, image.realWorldValueMapping.map { [$0] } ?? [], .type3,
        Self.reference)
      return reference.dataSet
    }
  }

  private static let segmentations: Set<UID> = [
    .segmentationStorage, .labelMapSegmentationStorage, .heightMapSegmentationStorage,
  ]

  /// SOP classes whose instances have one frame.
  private static let singleFrame: Set<UID> = [
    .ctImageStorage, .mrImageStorage, .positronEmissionTomographyImageStorage, .computedRadiographyImageStorage,
    .secondaryCaptureImageStorage, .ultrasoundImageStorage, .digitalXRayImageStorageForPresentation,
    .digitalMammographyXRayImageStorageForPresentation,
  ]

  /// Frames are of multi-frame images, segments of segmentations, and never both (PS3.3 §C.18.4).
  private func checkNumbers(_ path: String) throws(ObjectError) {
    if !segments.isEmpty, !Self.segmentations.contains(instance.sopClass) {
      throw ObjectError(.notPermitted, .referencedSegmentNumber, in: path, "the referenced instance is no segmentation")
    }
    if !segments.isEmpty, !frames.isEmpty {
      throw ObjectError(.notPermitted, .referencedFrameNumber, in: path, "frames or segments are referred to, not both")
    }
    if !frames.isEmpty, Self.singleFrame.contains(instance.sopClass) {
      throw ObjectError(.notPermitted, .referencedFrameNumber, in: path, "the referenced instance is not multi-frame")
    }
  }

  private static func reference(_ instance: InstanceReference, _ path: String) throws(ObjectError) -> DataSet {
    try instance.dataSet(path: path)
  }

  /// All instances that are referred to.
  var instances: [InstanceReference] { [instance] + [presentationState, realWorldValueMapping].compactMap { $0 } }
}

/// The value of a WAVEFORM content item (PS3.3 §C.18.5).
public struct WaveformReference: Sendable, Hashable {
  /// A channel of a multiplex group, both counted from 1; channel 0 means all of the group.
  public struct Channel: Sendable, Hashable {
    public var group: Int
    public var channel: Int

    public init(group: Int, channel: Int) {
      self.group = group
      self.channel = channel
    }
  }

  public var instance: InstanceReference
  /// Empty means all.
  public var channels: [Channel]

  public init(_ instance: InstanceReference, channels: [Channel] = []) {
    self.instance = instance
    self.channels = channels
  }

  init?(_ item: DataSet) {
    guard let reference = item.items(.referencedSOPSequence).first,
      let instance = InstanceReference(reference)
    else { return nil }
    self.instance = instance
    let numbers = reference.integers(.referencedWaveformChannels) ?? []
    channels = stride(from: 0, to: numbers.count - 1, by: 2).map {
      Channel(group: numbers[$0], channel: numbers[$0 + 1])
    }
  }

  func write(_ item: inout AttributeWriter) throws(ObjectError) {
    try item.set(.referencedSOPSequence, [self], .type1) { (waveform, path) throws(ObjectError) in
      var reference = AttributeWriter(path: path)
      try waveform.instance.write(&reference)
      try reference.set(
        .referencedWaveformChannels, waveform.channels.flatMap { [$0.group, $0.channel] }, .type3)
      return reference.dataSet
    }
  }
}
