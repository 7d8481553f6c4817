// SPDX-License-Identifier: Apache-2.0

import DICOMCore
import DICOMDictionary
import DICOMPixels

/// A parametric map (PS3.3 §A.75): frames whose pixels are measured values, as integers or floating point numbers.
public struct ParametricMap: Sendable {
  public let context: ObjectContext
  public let content: ContentIdentification
  public let frameOfReference: UID?
  public let rows: Int
  public let columns: Int
  /// Functional groups and dimensions.
  public let multiFrame: MultiFrame
  private let source: FrameSource

  /// - Parameter frames: the decoded frames; needed where the pixel data is compressed.
  public init(_ dataSet: DataSet, frames: FrameSource? = nil) throws(ObjectError) {
    guard dataSet.uid(.sopClassUID) == .parametricMapStorage else {
      throw ObjectError(.wrongClass, .sopClassUID, "the object is no parametric map")
    }
    guard let source = frames ?? NativeFrames.source(dataSet) else {
      throw ObjectError(.missing, .pixelData, "pixel data is absent, or compressed and no reader is given")
    }
    context = ObjectContext(dataSet)
    content = ContentIdentification(dataSet)
    frameOfReference = dataSet.uid(.frameOfReferenceUID)
    rows = dataSet.integer(.rows) ?? 0
    columns = dataSet.integer(.columns) ?? 0
    multiFrame = try MultiFrame(dataSet)
    self.source = source
  }

  /// Number of frames.
  public var frameCount: Int { multiFrame.frames.count }

  /// Stored values of a frame, in rows from the top.
  /// - Throws: what the source of frames throws.
  public func storedValues(_ frame: Int) throws -> [Double] { try source(frame).values }

  /// Real values of a frame by one of its mappings; NaN where a pixel is not mapped.
  /// - Throws: `missing` where the frame has no such mapping, and what the source of frames throws.
  public func values(_ frame: Int, mapping number: Int = 0) throws -> [Double] {
    let mappings = multiFrame.frames[frame].realWorldValueMappings
    guard mappings.indices.contains(number) else {
      throw ObjectError(.missing, .realWorldValueMappingSequence, "the frame has \(mappings.count) mappings")
    }
    return try storedValues(frame).map { mappings[number].value($0) ?? .nan }
  }
}
