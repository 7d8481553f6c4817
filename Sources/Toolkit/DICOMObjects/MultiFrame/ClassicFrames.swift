// SPDX-License-Identifier: Apache-2.0

import DICOMCore
import DICOMDictionary
import DICOMPixels

/// The frames of an enhanced image as classic ones of one frame each, for receivers that know no other (PS3.4 §C.3.5).
/// Headers are made one at a time; pixel data is left to who has it, or is split by `split`.
public struct ClassicFrames: Sendable {
  private static let classes: [UID: UID] = [
    .enhancedCTImageStorage: .ctImageStorage, .legacyConvertedEnhancedCTImageStorage: .ctImageStorage,
    .enhancedMRImageStorage: .mrImageStorage, .legacyConvertedEnhancedMRImageStorage: .mrImageStorage,
    .enhancedPETImageStorage: .positronEmissionTomographyImageStorage,
    .legacyConvertedEnhancedPETImageStorage: .positronEmissionTomographyImageStorage,
  ]

  /// The classes of images that are converted.
  public static let enhancedClasses: Set<UID> = Set(classes.keys)

  /// The SOP class of the classic images; nil for objects that have no classic form.
  public static func sopClass(of enhanced: UID) -> UID? { classes[enhanced] }

  /// Attributes that only enhanced images have.
  private static let enhancedOnly: Set<Tag> = [
    .sharedFunctionalGroupsSequence, .perFrameFunctionalGroupsSequence, .numberOfFrames, .pixelData,
    .dimensionIndexSequence, .dimensionOrganizationSequence, .dimensionOrganizationType, .extendedOffsetTable,
    .extendedOffsetTableLengths, .concatenationUID, .inConcatenationNumber, .inConcatenationTotalNumber,
    .concatenationFrameOffsetNumber, .sopInstanceUIDOfConcatenationSource, .conversionSourceAttributesSequence,
  ]

  /// Macros whose items are kept as sequences of the classic image.
  private static let keptSequences: Set<Tag> = [
    .referencedImageSequence, .derivationImageSequence, .realWorldValueMappingSequence,
  ]

  private let sopClass: UID
  private let source: (sopClass: UID, instance: UID)
  private let root: DataSet
  private let frames: [FunctionalGroups]
  /// Private attributes of all frames, and of each.
  private let privateShared: [DataElement]
  private let privateOwn: [[DataElement]]

  /// - Parameter image: with its pixel data or without.
  /// - Throws: `wrongClass` for images that have no classic form, `missing` without functional groups.
  public init(_ image: DataSet) throws(ObjectError) {
    guard let enhanced = image.uid(.sopClassUID), let classic = Self.classes[enhanced] else {
      throw ObjectError(.wrongClass, .sopClassUID, "the image has no classic form")
    }
    sopClass = classic
    source = (enhanced, image.uid(.sopInstanceUID) ?? "")
    frames = try MultiFrame(image).frames
    var root = image
    root.keep { !Self.enhancedOnly.contains($0.tag) && !($0.tag == .laterality && $0.isEmpty) }
    self.root = root
    privateShared = Self.privateElements(image.items(.sharedFunctionalGroupsSequence).first)
    privateOwn = image.items(.perFrameFunctionalGroupsSequence).map { Self.privateElements($0) }
  }

  public var count: Int { frames.count }

  /// The image of a frame, counted from 0, without pixel data.
  public func header(_ index: Int, series: UID, instance: UID) throws(ObjectError) -> DataSet {
    guard frames.indices.contains(index) else {
      throw ObjectError(.missing, .numberOfFrames, "there are \(frames.count) frames")
    }
    var frame = root
    frame.set(.instanceNumber, .IS, String(index + 1))
    for item in frames[index].macros.sorted(by: { $0.key < $1.key }) where !item.key.isPrivate {
      Self.flatten(item.key, item.value, into: &frame)
    }
    Self.add(privateShared, to: &frame)
    if privateOwn.indices.contains(index) { Self.add(privateOwn[index], to: &frame) }
    frame.set(.sopClassUID, sopClass)
    frame.set(.sopInstanceUID, instance)
    frame.set(.seriesInstanceUID, series)
    frame.set(.conversionSourceAttributesSequence, items: [reference(index)])
    ClassicAttributes.complete(&frame, sopClass: sopClass, frame: index, count: frames.count)
    return frame
  }

  /// The frames as images of a new series, in the transfer syntax of the source.
  /// - Parameters:
  ///   - series: the Series Instance UID of the images.
  ///   - instance: gives the SOP Instance UID of a frame, counted from 0.
  /// - Throws: `wrongClass` for images that have no classic form.
  public static func split(
    _ image: DataSet, series: UID = .random(), instance: (Int) -> UID = { _ in .random() }
  ) throws(ObjectError) -> [DataSet] {
    let frames = try ClassicFrames(image)
    let pixels = try PixelPieces(image)
    var images: [DataSet] = []
    for index in 0..<frames.count {
      var frame = try frames.header(index, series: series, instance: instance(index))
      frame.set(try pixels.element(index))
      images.append(frame)
    }
    return images
  }

  /// An item of Conversion Source Attributes Sequence (PS3.3 §C.12.1).
  private func reference(_ index: Int) -> DataSet {
    var item = DataSet(byteOrder: root.byteOrder, inheritedCharacterSet: root.characterSet)
    item.set(.referencedSOPClassUID, source.sopClass)
    item.set(.referencedSOPInstanceUID, source.instance)
    item.set(.referencedFrameNumber, .IS, String(index + 1))
    return item
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
    let isConverted =
      tag == .unassignedSharedConvertedAttributesSequence || tag == .unassignedPerFrameConvertedAttributesSequence
    if isConverted { add(privateElements(item), to: &frame) }
    for element in item.elements where element.tag != .frameType && !element.tag.isPrivate { frame.set(element) }
    if let type = item[.frameType], let bytes = type.bytes {
      frame.set(DataElement(tag: .imageType, vr: .CS, value: .bytes(bytes)))
    }
  }

  private static func privateElements(_ item: DataSet?) -> [DataElement] {
    item?.elements.filter { $0.tag.isPrivate && !$0.tag.isGroupLength } ?? []
  }

  /// Adds private attributes, but for blocks that another creator has taken (PS3.5 §7.8.1).
  private static func add(_ elements: [DataElement], to frame: inout DataSet) {
    var taken: Set<Tag> = []
    for element in elements where element.tag.isPrivateCreator {
      if let there = frame[element.tag], there.bytes != element.bytes {
        taken.insert(element.tag)
      } else {
        frame.set(element)
      }
    }
    for element in elements where !element.tag.isPrivateCreator {
      if !taken.contains(Tag(element.tag.group, element.tag.element >> 8)) { frame.set(element) }
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
