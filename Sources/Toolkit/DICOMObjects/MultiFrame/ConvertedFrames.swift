// SPDX-License-Identifier: Apache-2.0

import DICOMCore
import DICOMDictionary

/// The functional groups of a legacy converted image: macros for what has one, and the unassigned converted attributes
/// for all that is left (PS3.3 §C.7.6.16.2.25 and following).
struct ConvertedFrames {
  let multiFrame: MultiFrame

  /// Attributes that stand at the root or in a macro, and so are not among the unassigned ones.
  private static let assigned: Set<Tag> = [
    .specificCharacterSet, .sopClassUID, .sopInstanceUID, .studyInstanceUID, .seriesInstanceUID, .frameOfReferenceUID,
    .positionReferenceIndicator, .modality, .pixelData, .rows, .columns, .bitsAllocated, .bitsStored,
    .highBit, .pixelRepresentation, .samplesPerPixel, .photometricInterpretation, .imageType, .pixelSpacing,
    .sliceThickness, .spacingBetweenSlices, .imagePositionPatient, .imageOrientationPatient, .rescaleSlope,
    .rescaleIntercept, .rescaleType, .windowCenter, .windowWidth, .windowCenterWidthExplanation, .seriesNumber,
    .instanceCreationDate, .instanceCreationTime, .manufacturer, .manufacturerModelName,
    .patientPosition, .acquisitionNumber, .numberOfFrames, .seriesDescription, .seriesDate, .seriesTime,
    .institutionName, .stationName, .deviceSerialNumber, .softwareVersions, .lossyImageCompression,
    .burnedInAnnotation, .laterality, .conversionSourceAttributesSequence,
  ]

  /// Sequences that stand at the root, where the images agree in them.
  static let kept: [Tag] = [.requestAttributesSequence, .contributingEquipmentSequence]

  init(_ images: [DataSet], planes: [SourcePlane], ranks: [Int], target: LegacyConversion.Target) throws(ObjectError) {
    let left = images.map { image in
      var rest = image
      rest.keep { element in
        !Self.assigned.contains(element.tag) && !Self.kept.contains(element.tag) && !element.tag.isGroupLength
          && element.tag.group != 0x0010
      }
      return rest.converted()
    }
    let shared = Set(
      left[0].elements.map(\.tag).filter { tag in left.allSatisfy { $0[tag] == left[0][tag] } })
    var frames: [FunctionalGroups] = []
    for (index, image) in images.enumerated() {
      var groups = try planes[index].groups()
      var content = FrameContent(
        dimensionIndexValues: [1, ranks[index]], stackID: "1", inStackPosition: ranks[index])
      content.acquisitionNumber = image.integer(.acquisitionNumber).flatMap { (0...0xFFFF).contains($0) ? $0 : nil }
      if let date = image.string(.acquisitionDate), let time = image.string(.acquisitionTime) {
        content.acquisitionDateTime = date + time
      }
      try groups.set(content)
      try Self.setValues(image, target, &groups)
      try groups.set(.conversionSourceAttributesSequence) { (item) throws(ObjectError) in
        try planes[index].image.instance.write(&item)
      }
      var common = left[index]
      common.keep { shared.contains($0.tag) }
      var own = left[index]
      own.keep { !shared.contains($0.tag) }
      for creator in left[index].elements where creator.tag.isPrivateCreator && shared.contains(creator.tag) {
        // A private attribute stands in one item with its creator (PS3.5 §7.8.1).
        let isUsed = own.elements.contains {
          $0.tag.group == creator.tag.group && $0.tag.element >> 8 == creator.tag.element
        }
        if isUsed { own.set(creator) }
      }
      groups[.unassignedSharedConvertedAttributesSequence] = [common]
      groups[.unassignedPerFrameConvertedAttributesSequence] = [own]
      frames.append(groups)
    }
    let dimensions = DimensionOrganization(
      indices: [
        .init(.stackID, in: .frameContentSequence, label: "Stack ID"),
        .init(.inStackPositionNumber, in: .frameContentSequence, label: "In-Stack Position Number"),
      ])
    multiFrame = MultiFrame(frames: frames, dimensions: dimensions)
  }

  private static func setValues(
    _ image: DataSet, _ target: LegacyConversion.Target, _ groups: inout FunctionalGroups
  ) throws(ObjectError) {
    if let slope = image.double(.rescaleSlope) {
      let type = image.string(.rescaleType) ?? (target.modality == "CT" ? "HU" : "US")
      try groups.set(
        PixelValueTransformation(intercept: image.double(.rescaleIntercept) ?? 0, slope: slope, type: type))
    }
    let windows = zip(image.doubles(.windowCenter) ?? [], image.doubles(.windowWidth) ?? [])
    try groups.set(windows: windows.filter { $0.1 >= 1 }.map { FrameWindow(center: $0.0, width: $0.1) })
    try groups.set(target.frameType) { (item) throws(ObjectError) in
      try item.set(.frameType, Self.type(image), .type1)
      try item.set(.pixelPresentation, "MONOCHROME", .type1)
      try item.set(.volumetricProperties, "VOLUME", .type1)
      try item.set(.volumeBasedCalculationTechnique, "NONE", .type1)
    }
  }

  /// Image Type or Frame Type of four values.
  static func type(_ image: DataSet) -> [String] {
    let values = image.strings(.imageType) ?? []
    let first = values.first.flatMap { ["ORIGINAL", "DERIVED"].contains($0) ? $0 : nil } ?? "ORIGINAL"
    return [first, "PRIMARY", values.count > 2 && !values[2].isEmpty ? values[2] : "VOLUME", "NONE"]
  }
}
