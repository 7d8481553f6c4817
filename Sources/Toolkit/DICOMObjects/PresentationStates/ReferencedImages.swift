// SPDX-License-Identifier: Apache-2.0

import DICOMCore
import DICOMDictionary

/// Image SOP Instance Reference macro (PS3.3 §10.3), alone and by series.
enum ReferencedImages {
  static func read(_ item: DataSet, _ tag: Tag = .referencedImageSequence) -> [ImageReference] {
    item.items(tag).compactMap { reference in
      InstanceReference(reference).map {
        ImageReference(
          $0, frames: reference.integers(.referencedFrameNumber) ?? [],
          segments: reference.integers(.referencedSegmentNumber) ?? [])
      }
    }
  }

  static func write(
    _ images: [ImageReference], _ item: inout AttributeWriter, _ requirement: AttributeWriter.Requirement
  ) throws(ObjectError) {
    try item.set(.referencedImageSequence, images, requirement) { (image, path) throws(ObjectError) in
      var reference = AttributeWriter(path: path)
      try image.instance.write(&reference)
      try reference.set(.referencedFrameNumber, image.frames, .type3)
      try reference.set(.referencedSegmentNumber, image.segments, .type3)
      return reference.dataSet
    }
  }

  /// Referenced Series Sequence of the Presentation State Relationship module (PS3.3 §C.11.11).
  static func readSeries(_ dataSet: DataSet) -> [ImageReference] {
    let study = dataSet.uid(.studyInstanceUID)
    return dataSet.items(.referencedSeriesSequence).flatMap { series in
      read(series).map { image in
        var image = image
        image.instance.study = study
        image.instance.series = series.uid(.seriesInstanceUID)
        return image
      }
    }
  }

  static func writeSeries(_ images: [ImageReference], _ object: inout AttributeWriter) throws(ObjectError) {
    var series: [UID] = []
    for image in images {
      guard let uid = image.instance.series else {
        throw ObjectError(
          .missing, .referencedSeriesSequence, in: object.path,
          "the series of image \(image.instance.sopInstance) is not known")
      }
      if !series.contains(uid) { series.append(uid) }
    }
    try object.set(.referencedSeriesSequence, series, .type1) { (uid, path) throws(ObjectError) in
      var item = AttributeWriter(path: path)
      try item.set(.seriesInstanceUID, uid, .type1)
      try write(images.filter { $0.instance.series == uid }, &item, .type1)
      return item.dataSet
    }
  }
}
