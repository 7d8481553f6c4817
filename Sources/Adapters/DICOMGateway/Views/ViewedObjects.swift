// SPDX-License-Identifier: Apache-2.0

import Archive
import DICOMCodecs
import DICOMCore
import DICOMDictionary
import DICOMFile
import DICOMObjects
import DICOMPixels
import DICOMServices

/// Makes the objects of a view while they are sent, one at a time. Used by one thread.
final class ViewedObjects {
  /// An object up to its pixel data, and what follows that header.
  struct Made {
    let header: DataSet
    /// Of the pixel data as it is given.
    let transferSyntax: TransferSyntax
    let pixels: Pixels
  }

  enum Pixels {
    /// In the header.
    case inHeader
    /// As they stand in the stored file, from this place.
    case stored(StoredInstance, from: Int64)
    /// Native frames of instances, each of so many bytes.
    case frames([StoredInstance], bytes: Int)
  }

  private let viewed: ViewedArchive
  private var studies: [UID: StudyView] = [:]
  private var instances: [UID: (study: UID, instance: ViewedInstance)] = [:]
  private var splitting: (source: UID, frames: ClassicFrames, pixels: FramePixels)?

  /// Studies that are remembered besides those that are sent, for references into them.
  private static let maximumOthers = 100

  init(_ viewed: ViewedArchive, _ selected: [(study: StudyView, instances: [ViewedInstance])]) {
    self.viewed = viewed
    for (study, members) in selected {
      guard let uid = members.first?.identity.study else { continue }
      studies[uid] = study
      for member in members { instances[member.identity.instance] = (uid, member) }
    }
  }

  /// What stands for the selected instances in counts and in negotiation.
  static func stored(_ selected: [(study: StudyView, instances: [ViewedInstance])]) -> [StoredInstance] {
    selected.flatMap { study, members in
      members.map { member in
        var instance = study.stored[member.sources[0]].instance
        instance.identity = member.identity
        if member.form == .joined {
          instance.transferSyntax = TransferSyntax.explicitVRLittleEndian.uid
          instance.location.original = nil
        }
        return instance
      }
    }
  }

  /// The object in place of an instance; nil where it goes out as it is stored.
  func made(_ instance: UID) throws -> Made? {
    guard let (uid, member) = instances[instance], let study = studies[uid] else { return nil }
    let sources = member.sources.map { study.stored[$0].instance }
    switch member.form {
    case .stored: return nil
    case .frame(let index): return try frame(index, of: sources[0], member.identity)
    case .updated: return try updated(sources[0], member.identity)
    case .joined: return try joined(sources, member.identity)
    }
  }

  // MARK: The three conversions

  private func frame(_ index: Int, of source: StoredInstance, _ identity: InstanceIdentity) throws -> Made {
    if splitting?.source != source.identity.instance {
      splitting = nil
      let header = try viewed.archive.header(of: source)
      splitting = (
        source.identity.instance, try ClassicFrames(header), try FramePixels(source, header, in: viewed.archive)
      )
    }
    guard let (_, frames, pixels) = splitting else { throw ArchiveError(.misuse, "no image is being split") }
    var object = try frames.header(index, series: identity.series, instance: identity.instance)
    updateReferences(&object)
    ConversionEquipment.append(.classic, to: &object)
    object.keep { !$0.tag.isGroupLength }
    object.set(try pixels.element(index))
    return Made(header: object, transferSyntax: TransferSyntax(source.transferSyntax), pixels: .inHeader)
  }

  private func updated(_ source: StoredInstance, _ identity: InstanceIdentity) throws -> Made {
    var object = try viewed.archive.header(of: source)
    updateReferences(&object)
    object.set(.sopInstanceUID, identity.instance)
    object.set(.seriesInstanceUID, identity.series)
    ConversionEquipment.setSource(source.identity.sopClass, source.identity.instance, in: &object)
    ConversionEquipment.append(.references, to: &object)
    object.keep { !$0.tag.isGroupLength }
    let syntax = TransferSyntax(source.transferSyntax)
    guard let start = source.location.pixelDataOffset else {
      return Made(header: object, transferSyntax: syntax, pixels: .inHeader)
    }
    return Made(header: object, transferSyntax: syntax, pixels: .stored(source, from: start))
  }

  private func joined(_ sources: [StoredInstance], _ identity: InstanceIdentity) throws -> Made {
    let headers = try sources.map { try viewed.archive.header(of: $0) }
    let made = try JoinedHeader(headers, series: identity.series, instance: identity.instance)
    guard made.order == Array(sources.indices) else {
      throw ArchiveError(.misuse, "the images have another order than before")
    }
    var object = made.dataSet
    updateReferences(&object)
    let pixels = (object.integer(.rows) ?? 0) * (object.integer(.columns) ?? 0)
    return Made(
      header: object, transferSyntax: .explicitVRLittleEndian,
      pixels: .frames(sources, bytes: pixels * ((object.integer(.bitsAllocated) ?? 0) / 8)))
  }

  // MARK: References

  private func updateReferences(_ object: inout DataSet) {
    var update = ReferenceUpdate(view: viewed.view) { self.fate(of: $0) }
    update.apply(to: &object)
  }

  /// What has become of an instance, in whatever study it stands.
  private func fate(of instance: UID) -> ViewFate? {
    for study in studies.values {
      if let fate = study.fates[instance] { return fate }
      if study.holds(instance) { return nil }
    }
    guard let stored = try? viewed.archive.index.versions(of: instance).first,
      studies[stored.identity.study] == nil, studies.count < Self.maximumOthers,
      let other = try? viewed.study(stored.identity.study)
    else { return nil }
    studies[stored.identity.study] = other
    return other.fates[instance]
  }
}

/// The frames of a stored image, each read when it is wanted; those of compressed images stay in memory together.
struct FramePixels {
  private enum Source {
    case native(Int64, vr: VR, frameLength: Int)
    case memory(FrameLocator)
  }

  private let instance: StoredInstance
  private let archive: ImageArchive
  private let source: Source

  init(_ instance: StoredInstance, _ header: DataSet, in archive: ImageArchive) throws {
    self.instance = instance
    self.archive = archive
    let syntax = TransferSyntax(instance.transferSyntax)
    guard !syntax.isEncapsulated, let start = instance.location.pixelDataOffset else {
      let dataSet = try DataSetReader.read(archive.outgoingDataSet(of: instance), transferSyntax: syntax)
      source = .memory(try FrameLocator(dataSet, description: PixelDescription(dataSet)))
      return
    }
    let count = min(Int64(ElementReader.longHeaderLength), instance.location.length - start)
    let bytes = try archive.readAll(instance.location, from: start, count: count)
    let reader = ElementReader(syntax)
    guard let element = bytes.withUnsafeBytes({ reader.header($0, offset: 0, signed: false) }) else {
      throw ArchiveError(.damaged, "the pixel data cannot be read")
    }
    let description = try PixelDescription(header)
    source = .native(
      start + Int64(element.valueOffset), vr: element.vr == .OB ? .OB : .OW,
      frameLength: description.nativeFrameBits / 8)
  }

  /// Pixel Data of one frame, as it is stored.
  func element(_ frame: Int) throws -> DataElement {
    switch source {
    case .memory(let locator):
      return DataElement(tag: .pixelData, vr: .OB, value: .fragments([.empty] + (try locator.fragments(frame))))
    case .native(let start, let vr, let length):
      var bytes = try archive.readAll(
        instance.location, from: start + Int64(frame) * Int64(length), count: Int64(length))
      if bytes.count % 2 == 1 { bytes = ByteSlice(bytes.array + [0]) }
      return DataElement(tag: .pixelData, vr: vr, value: .bytes(bytes))
    }
  }
}
