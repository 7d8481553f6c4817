// SPDX-License-Identifier: Apache-2.0

import DICOMCore
import DICOMDictionary
import DICOMPixels

extension Segmentation {
  /// SOP class of the kind.
  public var sopClass: UID { kind == .labelMap ? .labelMapSegmentationStorage : .segmentationStorage }

  /// The data set, with native pixel data.
  /// - Throws: `ObjectError` for values that break their rules, and what the source of frames throws.
  public func dataSet() throws -> DataSet {
    var frames: [[UInt16]] = []
    for index in 0..<frameCount { frames.append(try samples(index)) }
    return try dataSet(frames)
  }

  private func dataSet(_ frames: [[UInt16]]) throws(ObjectError) -> DataSet {
    var object = AttributeWriter()
    try context.write(
      &object, ObjectContext.Form(sopClass: sopClass, modality: "SEG", isEnhanced: true))
    try object.set(.frameOfReferenceUID, frameOfReference, .type3)
    if frameOfReference != nil { try object.set(.positionReferenceIndicator, [String](), .type2) }
    try object.set(.imageType, ["DERIVED", "PRIMARY"], .type1)
    try content.write(&object)
    let description = SegmentFrames.description(kind, rows: rows, columns: columns, frames: frames.count)
    try writePixels(frames, description, &object)
    try writeKind(&object)
    try object.set(.segmentSequence, segments, .type1) { (segment, path) throws(ObjectError) in
      try segment.dataSet(path: path)
    }
    try multiFrame.write(&object)
    try CommonInstanceReference.write(sourceImages, study: context.study.uid, &object)
    return object.dataSet
  }

  private func writePixels(
    _ frames: [[UInt16]], _ description: PixelDescription, _ object: inout AttributeWriter
  ) throws(ObjectError) {
    try object.set(.samplesPerPixel, 1, .type1)
    try object.set(.photometricInterpretation, "MONOCHROME2", .type1)
    try object.set(.rows, rows, .type1)
    try object.set(.columns, columns, .type1)
    try object.set(.bitsAllocated, description.bitsAllocated, .type1)
    try object.set(.bitsStored, description.bitsStored, .type1)
    try object.set(.highBit, description.highBit, .type1)
    try object.set(.pixelRepresentation, 0, .type1)
    try object.set(.lossyImageCompression, "00", .type1)
    if kind == .labelMap { try object.set(.pixelPaddingValue, 0, .type1, vr: .US) }
    try object.set(
      .pixelData, vr: description.bitsAllocated == 16 ? .OW : .OB, SegmentFrames.pixelData(frames, description), .type1)
  }

  private func writeKind(_ object: inout AttributeWriter) throws(ObjectError) {
    switch kind {
    case .binary: try object.set(.segmentationType, "BINARY", .type1)
    case .labelMap: try object.set(.segmentationType, "LABELMAP", .type1)
    case .fractional(let fraction, let maximum):
      try object.set(.segmentationType, "FRACTIONAL", .type1)
      try object.set(.segmentationFractionalType, fraction.rawValue, .type1)
      try object.set(.maximumFractionalValue, maximum, .type1)
    }
    if kind != .labelMap { try object.set(.segmentsOverlap, "UNDEFINED", .type3) }
  }
}
