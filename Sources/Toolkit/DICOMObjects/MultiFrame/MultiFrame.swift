// SPDX-License-Identifier: Apache-2.0

import DICOMCore
import DICOMDictionary

/// The frames of an enhanced object with their functional groups (PS3.3 §C.7.6.16) and dimensions (§C.7.6.17).
public struct MultiFrame: Sendable, Hashable {
  /// Frames that are read. Whole slide images have hundreds of thousands.
  public static let maximumFrames = 1 << 20

  /// Functional groups by frame, shared ones included.
  public var frames: [FunctionalGroups]
  public var dimensions: DimensionOrganization?

  public init(frames: [FunctionalGroups], dimensions: DimensionOrganization? = nil) {
    self.frames = frames
    self.dimensions = dimensions
  }

  /// Reads an enhanced object.
  /// - Throws: `missing` where it has no functional groups.
  public init(_ dataSet: DataSet) throws(ObjectError) {
    guard let shared = dataSet.items(.sharedFunctionalGroupsSequence).first else {
      throw ObjectError(.missing, .sharedFunctionalGroupsSequence, "the object has no functional groups")
    }
    let common = FunctionalGroups(shared)
    let own = dataSet.items(.perFrameFunctionalGroupsSequence)
    let count = dataSet.integer(.numberOfFrames) ?? own.count
    guard count <= Self.maximumFrames else {
      throw ObjectError(.limitExceeded, .numberOfFrames, "\(count) frames, at most \(Self.maximumFrames) are read")
    }
    frames = (0..<max(count, 0)).map { index in
      index < own.count ? common.overridden(by: FunctionalGroups(own[index])) : common
    }
    dimensions = DimensionOrganization(dataSet)
  }

  /// Frames of each stack in the order of their positions in it (PS3.3 §C.7.6.16.2.2.4); frames without stack are left
  /// out.
  public var stacks: [(id: String, frames: [Int])] {
    var order: [String] = []
    var members: [String: [(position: Int, frame: Int)]] = [:]
    for (index, frame) in frames.enumerated() {
      guard let content = frame.frameContent, let id = content.stackID else { continue }
      if members[id] == nil { order.append(id) }
      members[id, default: []].append((content.inStackPosition ?? index + 1, index))
    }
    return order.map { id in
      (id, (members[id] ?? []).sorted { ($0.position, $0.frame) < ($1.position, $1.frame) }.map(\.frame))
    }
  }

  /// Frames in the order of their dimension index values.
  public var framesByDimension: [Int] {
    let values = frames.map { $0.frameContent?.dimensionIndexValues ?? [] }
    return frames.indices.sorted { left, right in
      values[left] == values[right] ? left < right : values[left].lexicographicallyPrecedes(values[right])
    }
  }

  /// Macros that are of one frame even where all frames have them alike.
  private static let neverShared: Set<Tag> = [
    .frameContentSequence, .conversionSourceAttributesSequence, .unassignedPerFrameConvertedAttributesSequence,
  ]

  /// Writes Number of Frames, functional groups and dimensions. A macro that all frames have alike is shared where it
  /// may be.
  func write(_ object: inout AttributeWriter) throws(ObjectError) {
    guard let first = frames.first else {
      throw ObjectError(.missing, .numberOfFrames, in: object.path, "there are no frames")
    }
    if let dimensions {
      for (index, frame) in frames.enumerated()
      where (frame.frameContent?.dimensionIndexValues.count ?? 0) != dimensions.indices.count {
        throw ObjectError(
          .invalid, .dimensionIndexValues, in: object.path(.perFrameFunctionalGroupsSequence, index),
          "a value for each of the \(dimensions.indices.count) dimension indices")
      }
      try dimensions.write(&object)
    }
    let shared = Set(
      first.macros.keys.filter { tag in
        !Self.neverShared.contains(tag) && frames.allSatisfy { $0.macros[tag] == first.macros[tag] }
      })
    let own = Set(frames.flatMap { $0.macros.keys }).subtracting(shared)
    try object.set(.numberOfFrames, frames.count, .type1)
    try object.set(.sharedFunctionalGroupsSequence, items: [first.dataSet(without: own)], .type1)
    try object.set(
      .perFrameFunctionalGroupsSequence, items: frames.map { $0.dataSet(without: shared) }, .type1)
  }
}
