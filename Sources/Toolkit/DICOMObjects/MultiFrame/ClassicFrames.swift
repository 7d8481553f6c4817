// SPDX-License-Identifier: Apache-2.0

import DICOMCore
import DICOMDictionary
import DICOMPixels

/// Turns an enhanced image into classic ones of one frame each, for receivers that know no other.
public enum ClassicFrames {
  private static let classes: [UID: UID] = [
    .enhancedCTImageStorage: .ctImageStorage, .legacyConvertedEnhancedCTImageStorage: .ctImageStorage,
    .enhancedMRImageStorage: .mrImageStorage, .legacyConvertedEnhancedMRImageStorage: .mrImageStorage,
    .enhancedPETImageStorage: .positronEmissionTomographyImageStorage,
    .legacyConvertedEnhancedPETImageStorage: .positronEmissionTomographyImageStorage,
  ]

  /// Attributes that only enhanced images have.
  private static let enhancedOnly: Set<Tag> = [
    .sharedFunctionalGroupsSequence, .perFrameFunctionalGroupsSequence, .numberOfFrames, .pixelData,
    .dimensionIndexSequence, .dimensionOrganizationSequence, .dimensionOrganizationType, .extendedOffsetTable,
    .extendedOffsetTableLengths, .concatenationUID, .inConcatenationNumber, .inConcatenationTotalNumber,
    .concatenationFrameOffsetNumber, .sopInstanceUIDOfConcatenationSource,
  ]

  /// Macros whose items refer to objects and are kept as sequences of the classic image.
  private static let keptSequences: Set<Tag> = [.referencedImageSequence, .derivationImageSequence]

  /// The frames as images of a new series, in the transfer syntax of the source.
  /// - Parameters:
  ///   - series: the Series Instance UID of the images.
  ///   - instance: gives the SOP Instance UID of a frame, counted from 0.
  /// - Throws: `wrongClass` for images that have no classic form.
  public static func split(
    _ image: DataSet, series: UID = .random(), instance: (Int) -> UID = { _ in .random() }
  ) throws(ObjectError) -> [DataSet] {
    guard let sopClass = image.uid(.sopClassUID), let classic = classes[sopClass] else {
      throw ObjectError(.wrongClass, .sopClassUID, "the image has no classic form")
    }
    let frames = try MultiFrame(image).frames
    let pixels = try PixelPieces(image)
    var root = image
    root.keep { !enhancedOnly.contains($0.tag) && !($0.tag == .laterality && $0.isEmpty) }
    var images: [DataSet] = []
    for (index, groups) in frames.enumerated() {
      var frame = root
      for item in groups.macros.sorted(by: { $0.key < $1.key }) { flatten(item.key, item.value, into: &frame) }
      frame.set(.sopClassUID, classic)
      frame.set(.sopInstanceUID, instance(index))
      frame.set(.seriesInstanceUID, series)
      frame.set(.instanceNumber, .IS, String(index + 1))
      frame.set(try pixels.element(index))
      images.append(frame)
    }
    return images
  }

  /// What classic images say of the acquisition.
  private static func setAcquisition(_ content: DataSet, _ frame: inout DataSet) {
    frame.set(.acquisitionNumber, .IS, content.integer(.frameAcquisitionNumber).map { String($0) } ?? "")
    if let time = content.string(.frameAcquisitionDateTime), time.utf8.count >= 8 {
      frame.set(.acquisitionDate, .DA, String(time.prefix(8)))
      let clock = time.dropFirst(8).prefix { $0 != "+" && $0 != "-" }
      if !clock.isEmpty { frame.set(.acquisitionTime, .TM, String(clock)) }
    }
  }

  /// Puts the attributes of a macro at the root. Those of converted images stand there as they were.
  private static func flatten(_ tag: Tag, _ items: [DataSet], into frame: inout DataSet) {
    if keptSequences.contains(tag) {
      frame.set(tag, items: items)
      return
    }
    guard let item = items.first else { return }
    if tag == .frameContentSequence { return setAcquisition(item, &frame) }
    if tag == .conversionSourceAttributesSequence { return }
    for element in item.elements where element.tag != .frameType { frame.set(element) }
    if let type = item[.frameType], let bytes = type.bytes {
      frame.set(DataElement(tag: .imageType, vr: .CS, value: .bytes(bytes)))
    }
  }
}

/// The pixel data of an image frame by frame, as it is stored.
private struct PixelPieces {
  private let locator: FrameLocator
  private let description: PixelDescription
  private let vr: VR

  init(_ image: DataSet) throws(ObjectError) {
    do throws(PixelError) {
      description = try PixelDescription(image)
      locator = try FrameLocator(image, description: description)
    } catch {
      throw ObjectError(.invalid, .pixelData, error.reason)
    }
    vr = image[.pixelData]?.vr ?? .OW
  }

  func element(_ frame: Int) throws(ObjectError) -> DataElement {
    do throws(PixelError) {
      if locator.isEncapsulated {
        return DataElement(tag: .pixelData, vr: .OB, value: .fragments([.empty] + (try locator.fragments(frame))))
      }
      guard description.bitsAllocated >= 8 else {
        throw PixelError(.unsupported, "frames of single bits are not split")
      }
      let place = try locator.nativeBits(frame)
      var bytes = place.bytes[place.bits.lowerBound / 8..<place.bits.upperBound / 8]
      if bytes.count % 2 == 1 { bytes = ByteSlice(bytes.array + [0]) }
      return DataElement(tag: .pixelData, vr: vr, value: .bytes(bytes))
    } catch {
      throw ObjectError(.invalid, .pixelData, error.reason)
    }
  }
}
