// SPDX-License-Identifier: Apache-2.0

import Archive
import DICOMCodecs
import DICOMCore
import DICOMDictionary
import DICOMFile
import DICOMObjects
import DICOMPixels

/// What the header of a stored instance says about its conversion, and the index does not.
struct HeaderFacts: Sendable {
  /// SOP Instance UIDs that it refers to, at any depth.
  var references: Set<UID> = []
  /// Frames that it can be split into; nil where it cannot.
  var frames: Int?
  /// What images must have alike to become frames of one image; nil for those that are not joined.
  var joint: String?

  /// Frames of an image that is split, at most.
  static let maximumFrames = 65_536
  /// Images of this many bytes at most are split where that takes all of their pixel data at once.
  static let maximumLength: Int64 = 512 << 20
  private static let maximumDepth = 32

  /// Of an object that cannot be read.
  init() {}

  init(_ header: DataSet, of instance: StoredInstance) {
    Self.collect(header, &references, depth: 0)
    let syntax = TransferSyntax(instance.transferSyntax)
    let isReadable = syntax.isEncapsulated ? Self.isDecodable(syntax) : !syntax.isDeflated
    guard instance.location.pixelDataOffset != nil, isReadable else { return }
    let sopClass = instance.identity.sopClass
    if ClassicFrames.enhancedClasses.contains(sopClass) { frames = Self.frames(header, instance) }
    if LegacyConversion.classicClasses.contains(sopClass) { joint = Self.joint(header) }
  }

  /// Frames stand in streams of their own.
  private static func isDecodable(_ syntax: TransferSyntax) -> Bool {
    let sharing: [UID] = ["1.2.840.10008.1.2.4.92", "1.2.840.10008.1.2.4.93"]
    return CodecRegistry.standard.canDecode(syntax) && !sharing.contains(syntax.uid)
  }

  private static func collect(_ dataSet: DataSet, _ references: inout Set<UID>, depth: Int) {
    guard depth < maximumDepth else { return }
    for element in dataSet.elements {
      guard let items = element.items, element.tag != .conversionSourceAttributesSequence else { continue }
      for item in items {
        if let uid = item.uid(.referencedSOPInstanceUID) { references.insert(uid) }
        collect(item, &references, depth: depth + 1)
      }
    }
  }

  private static func frames(_ header: DataSet, _ instance: StoredInstance) -> Int? {
    let isLong = instance.location.length > maximumLength
    if isLong, TransferSyntax(instance.transferSyntax).isEncapsulated { return nil }
    guard let description = try? PixelDescription(header), description.bitsAllocated % 8 == 0,
      let count = header.integer(.numberOfFrames), (1...maximumFrames).contains(count),
      let frames = try? ClassicFrames(header), frames.count == count
    else { return nil }
    if TransferSyntax(instance.transferSyntax).isEncapsulated { return count }
    // All frames are there.
    let there = instance.location.length - (instance.location.pixelDataOffset ?? 0)
    let needed = (description.nativeFrameBits / 8).multipliedReportingOverflow(by: count)
    return !needed.overflow && Int64(needed.partialValue) < there ? count : nil
  }

  private static func joint(_ header: DataSet) -> String? {
    guard (header.integer(.numberOfFrames) ?? 1) == 1, header.string(.photometricInterpretation) == "MONOCHROME2",
      let bits = header.integer(.bitsAllocated), bits == 8 || bits == 16,
      header.uid(.frameOfReferenceUID) != nil,
      let position = header.doubles(.imagePositionPatient), position.count == 3,
      let orientation = header.doubles(.imageOrientationPatient), orientation.count == 6,
      let spacing = header.doubles(.pixelSpacing), spacing.count == 2, spacing.allSatisfy({ $0 > 0 }),
      !header.elements.contains(where: { isGraphic($0.tag) })
    else { return nil }
    let alike =
      LegacyConversion.common
      + [.modality, .lossyImageCompression, .pixelPaddingValue, .laterality, .timezoneOffsetFromUTC]
    let values = alike.map { (header.strings($0) ?? []).joined(separator: "\\") }
    let direction = orientation.map { "\(($0 * 100).rounded() + 0)" }
    return (values + direction).joined(separator: "\n")
  }

  /// Overlays, curves and graphic annotations would have to become presentation states, a Modality LUT has no macro.
  private static func isGraphic(_ tag: Tag) -> Bool {
    let group = tag.group & 0xFF00
    return (group == 0x6000 || group == 0x5000) && tag.group & 1 == 0 || tag == .graphicAnnotationSequence
      || tag == .modalityLUTSequence
  }
}

extension ImageArchive {
  /// The data set up to its pixel data, corrected; all of it where there is none.
  func header(of instance: StoredInstance) throws -> DataSet {
    let location = instance.location
    let end = location.pixelDataOffset ?? location.length
    let bytes = try readAll(location, from: location.dataSetOffset, count: end - location.dataSetOffset)
    var dataSet = try DataSetReader.read(bytes, transferSyntax: TransferSyntax(instance.transferSyntax))
    try instance.change?.apply(to: &dataSet)
    return dataSet
  }
}
