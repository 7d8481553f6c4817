// SPDX-License-Identifier: Apache-2.0

import DICOMCore
import DICOMDictionary
import DICOMPixels

/// Makes a legacy converted enhanced image of classic CT, MR or PET images (PS3.3 §A.70, §A.71, §A.72).
public enum LegacyConversion {
  /// What the modality decides.
  struct Target {
    let sopClass: UID
    let modality: String
    /// The frame type macro.
    let frameType: Tag
  }

  private static let targets: [UID: Target] = [
    .ctImageStorage: Target(
      sopClass: .legacyConvertedEnhancedCTImageStorage, modality: "CT", frameType: .ctImageFrameTypeSequence),
    .mrImageStorage: Target(
      sopClass: .legacyConvertedEnhancedMRImageStorage, modality: "MR", frameType: .mrImageFrameTypeSequence),
    .positronEmissionTomographyImageStorage: Target(
      sopClass: .legacyConvertedEnhancedPETImageStorage, modality: "PT", frameType: .petFrameTypeSequence),
  ]

  /// The classes of images that are converted.
  public static let classicClasses: Set<UID> = [
    .ctImageStorage, .mrImageStorage, .positronEmissionTomographyImageStorage,
  ]

  /// The SOP class of the enhanced image; nil for objects that are not converted.
  public static func sopClass(of classic: UID) -> UID? { targets[classic]?.sopClass }

  /// Attributes that all images have to have alike, since the enhanced image has them once.
  public static let common: [Tag] = [
    .sopClassUID, .studyInstanceUID, .frameOfReferenceUID, .rows, .columns, .samplesPerPixel,
    .photometricInterpretation, .bitsAllocated, .bitsStored, .highBit, .pixelRepresentation,
  ]

  /// Converts the images of a series, sorted along the normal of their planes. Pixel data has to be native.
  /// - Throws: `invalid` with the attribute in which images differ that has to be equal.
  public static func convert(_ images: [DataSet], context: ObjectContext) throws(ObjectError) -> DataSet {
    let (header, order) = try header(of: images, context: context)
    var object = AttributeWriter()
    object.merge(header)
    try object.set(.pixelData, vr: .OW, try pixels(order.map { images[$0] }), .type1)
    return object.dataSet
  }

  /// The enhanced image without its pixel data, whose frames are those of the images in `order`.
  /// - Parameter images: with pixel data or without.
  /// - Throws: as `convert`.
  public static func header(
    of images: [DataSet], context: ObjectContext
  ) throws(ObjectError) -> (dataSet: DataSet, order: [Int]) {
    guard let first = images.first else { throw ObjectError(.missing, .numberOfFrames, "there are no images") }
    guard let target = first.uid(.sopClassUID).flatMap({ targets[$0] }) else {
      throw ObjectError(.wrongClass, .sopClassUID, "only classic CT, MR and PET images are converted")
    }
    for tag in common where images.contains(where: { $0.strings(tag) != first.strings(tag) }) {
      throw ObjectError(.invalid, tag, "the images differ in it")
    }
    // One plane for each image, whatever functional groups a classic image carries along.
    var planes: [SourcePlane] = []
    for image in images { planes.append(try SourcePlane(image)) }
    guard planes.allSatisfy({ $0.distance != nil }) else {
      throw ObjectError(.missing, .imagePositionPatient, "the images have no place in the patient")
    }
    let ranks = SourcePlane.ranks(planes)
    let order = images.indices.sorted { (ranks[$0], $0) < (ranks[$1], $1) }
    let sorted = order.map { images[$0] }
    let frames = try ConvertedFrames(
      sorted, planes: order.map { planes[$0] }, ranks: order.map { ranks[$0] }, target: target)
    var object = AttributeWriter()
    var context = context
    if context.series.date.isEmpty {
      context.series.date = first.string(.seriesDate) ?? ""
      context.series.time = first.string(.seriesTime) ?? ""
    }
    try context.write(
      &object, ObjectContext.Form(sopClass: target.sopClass, modality: target.modality, hasLaterality: true))
    try object.set(.frameOfReferenceUID, first.uid(.frameOfReferenceUID), .type1)
    try object.set(.positionReferenceIndicator, first.string(.positionReferenceIndicator), .type2)
    try object.set(.patientPosition, first.string(.patientPosition), .type2)
    for tag in ConvertedFrames.kept where images.allSatisfy({ $0[tag] == first[tag] }) {
      let items = first.items(tag).map { $0.converted() }
      if !items.isEmpty { try object.set(tag, items: items, .type3) }
    }
    try writeImage(sorted, &object)
    try frames.multiFrame.write(&object)
    return (object.dataSet, order)
  }

  private static func writeImage(_ images: [DataSet], _ object: inout AttributeWriter) throws(ObjectError) {
    let first = images[0]
    try object.set(.imageType, ConvertedFrames.type(first), .type1)
    try object.set(.pixelPresentation, "MONOCHROME", .type1)
    try object.set(.volumetricProperties, "VOLUME", .type1)
    try object.set(.volumeBasedCalculationTechnique, "NONE", .type1)
    try object.set(.contentQualification, "PRODUCT", .type1)
    try object.set(.presentationLUTShape, "IDENTITY", .type1)
    try object.set(.burnedInAnnotation, first.string(.burnedInAnnotation) ?? "NO", .type1)
    try object.set(.lossyImageCompression, first.string(.lossyImageCompression) ?? "00", .type1)
    try object.set(.acquisitionContextSequence, items: [], .type2)
    if let date = first.string(.acquisitionDate) {
      try object.set(.acquisitionDateTime, date + (first.string(.acquisitionTime) ?? ""), .type3)
    }
    try object.set(.samplesPerPixel, 1, .type1)
    try object.set(.photometricInterpretation, first.string(.photometricInterpretation), .type1)
    for tag: Tag in [.rows, .columns, .bitsAllocated, .bitsStored, .highBit, .pixelRepresentation] {
      try object.set(tag, first.integer(tag), .type1)
    }
  }

  private static func pixels(_ images: [DataSet]) throws(ObjectError) -> [UInt8] {
    var bytes: [UInt8] = []
    for image in images {
      do throws(PixelError) {
        let description = try PixelDescription(image)
        let locator = try FrameLocator(image, description: description)
        guard !locator.isEncapsulated else { throw PixelError(.unsupported, "the pixel data is compressed") }
        let place = try locator.nativeBits(0)
        let decoder = NativeFrameDecoder(
          description: description, byteOrder: image.byteOrder, vr: image[.pixelData]?.vr ?? .OW)
        bytes += try decoder.decode(place.bytes, bits: place.bits).bytes
      } catch {
        throw ObjectError(.invalid, .pixelData, error.reason)
      }
    }
    return bytes
  }
}
