// SPDX-License-Identifier: Apache-2.0

import Archive
import DICOMCore
import DICOMDictionary
import DICOMObjects
import DICOMServices

/// A study as a view shows it (PS3.4 §C.3.5): what can be converted is, what refers to that is given in a copy with
/// other references, all else is as it is stored.
struct StudyView {
  let view: QueryRetrieveView
  /// The current instances, with their indexed attributes.
  let stored: [(instance: StoredInstance, attributes: DataSet)]
  private(set) var instances: [ViewedInstance] = []
  /// What has become of stored instances, by SOP Instance UID; nothing of those that stay as they are.
  private(set) var fates: [UID: ViewFate] = [:]
  private let uids: Set<UID>

  /// Images that become frames of one, at most.
  static let maximumImages = 10_000
  /// The longest value of a native Pixel Data element.
  static let maximumPixelData = 0xFFFF_FFFE

  /// The classes of images that a view converts.
  static func convertedClasses(_ view: QueryRetrieveView) -> Set<UID> {
    view == .classic ? ClassicFrames.enhancedClasses : LegacyConversion.classicClasses
  }

  init(of study: UID, _ view: QueryRetrieveView, in archive: ImageArchive, _ memory: ViewMemory) throws {
    self.view = view
    stored = try archive.index.attributes(ofStudy: study)
    uids = Set(stored.map(\.instance.identity.instance))
    let converted = Self.convertedClasses(view)
    if stored.contains(where: { converted.contains($0.instance.identity.sopClass) }) {
      let headers = ViewHeaders(archive: archive, memory: memory)
      switch view {
      case .classic: split(headers)
      case .enhanced: join(headers)
      }
      if !fates.isEmpty { follow(headers) }
    }
    list()
  }

  /// Whether an instance is one of the stored ones.
  func holds(_ instance: UID) -> Bool { uids.contains(instance) }

  // MARK: What is converted

  private mutating func split(_ headers: ViewHeaders) {
    for (instance, _) in stored {
      guard let sopClass = ClassicFrames.sopClass(of: instance.identity.sopClass),
        let frames = headers.facts(of: instance).frames
      else { continue }
      let series = ViewUID.series(view, instance.identity.instance)
      fates[instance.identity.instance] = .split(frames: frames, sopClass: sopClass, series: series)
    }
  }

  private mutating func join(_ headers: ViewHeaders) {
    var groups: [[String]: [Int]] = [:]
    for (index, each) in stored.enumerated() {
      guard LegacyConversion.classicClasses.contains(each.instance.identity.sopClass),
        let joint = headers.facts(of: each.instance).joint
      else { continue }
      groups[[each.instance.identity.series.rawValue, joint], default: []].append(index)
    }
    for group in groups.values where (2...Self.maximumImages).contains(group.count) && isShort(group) {
      // By their UIDs, so that the order does not depend on when they came.
      let images = group.sorted { stored[$0].instance.identity.instance < stored[$1].instance.identity.instance }
      let uids = images.map { stored[$0].instance.identity.instance }
      let uid = ViewUID.joined(view, uids)
      let order = headers.order(of: uid, images.map { stored[$0].instance })
      let first = stored[images[0]].instance.identity
      guard !order.isEmpty, let sopClass = LegacyConversion.sopClass(of: first.sopClass) else { continue }
      let identity = InstanceIdentity(
        study: first.study, series: ViewUID.series(view, first.series), instance: uid, sopClass: sopClass)
      for (frame, index) in order.enumerated() { fates[uids[index]] = .joined(identity, frame: frame) }
    }
  }

  private func isShort(_ group: [Int]) -> Bool {
    let image = stored[group[0]].attributes
    let pixels = (image.integer(.rows) ?? 0).multipliedReportingOverflow(by: image.integer(.columns) ?? 0)
    let bytes = pixels.partialValue.multipliedReportingOverflow(by: (image.integer(.bitsAllocated) ?? 16) / 8)
    let all = bytes.partialValue.multipliedReportingOverflow(by: group.count)
    return !pixels.overflow && !bytes.overflow && !all.overflow && all.partialValue <= Self.maximumPixelData
  }

  /// Objects that refer to converted ones, and those that refer to them in turn.
  private mutating func follow(_ headers: ViewHeaders) {
    var left = stored.map(\.instance).filter { fates[$0.identity.instance] == nil }
    var isDone = false
    while !isDone {
      let before = left.count
      left.removeAll { instance in
        guard headers.facts(of: instance).references.contains(where: { fates[$0] != nil }) else { return false }
        var identity = instance.identity
        identity.series = ViewUID.series(view, instance.identity.series)
        identity.instance = ViewUID.instance(view, instance.identity.instance)
        fates[instance.identity.instance] = .updated(identity)
        return true
      }
      isDone = left.count == before
    }
  }

  // MARK: What it looks like

  private mutating func list() {
    var joined: [UID: (place: Int, sources: [Int: Int])] = [:]
    for (index, each) in stored.enumerated() {
      let own = each.instance.identity
      switch fates[own.instance] {
      case nil: instances.append(ViewedInstance(identity: own, form: .stored, sources: [index]))
      case .updated(let identity):
        instances.append(ViewedInstance(identity: identity, form: .updated, sources: [index]))
      case .split(let frames, let sopClass, let series):
        for frame in 0..<frames {
          let uid = ViewUID.instance(view, own.instance, frame: frame)
          let identity = InstanceIdentity(study: own.study, series: series, instance: uid, sopClass: sopClass)
          instances.append(ViewedInstance(identity: identity, form: .frame(frame), sources: [index]))
        }
      case .joined(let identity, let frame):
        if joined[identity.instance] == nil {
          joined[identity.instance] = (instances.count, [:])
          instances.append(ViewedInstance(identity: identity, form: .joined, sources: []))
        }
        joined[identity.instance]?.sources[frame] = index
      }
    }
    for (place, sources) in joined.values {
      let ordered = sources.sorted { $0.key < $1.key }.map(\.value)
      instances[place] = ViewedInstance(identity: instances[place].identity, form: .joined, sources: ordered)
    }
  }
}

/// Headers of stored instances, read where what they say is not remembered.
struct ViewHeaders {
  let archive: ImageArchive
  let memory: ViewMemory

  /// Headers of this many bytes at most are read.
  private static let maximumLength: Int64 = 64 << 20

  /// What cannot be read says nothing, and stays as it is.
  func facts(of instance: StoredInstance) -> HeaderFacts {
    memory.facts(of: instance) {
      let location = instance.location
      guard (location.pixelDataOffset ?? location.length) <= Self.maximumLength,
        let header = try? archive.header(of: instance)
      else { return HeaderFacts() }
      return HeaderFacts(header, of: instance)
    }
  }

  /// The order of images as frames of the image that they become; empty where they do not fit together.
  func order(of joined: UID, _ images: [StoredInstance]) -> [Int] {
    memory.order(of: joined) {
      guard let headers = try? images.map({ try archive.header(of: $0) }) else { return [] }
      return (try? JoinedHeader(headers, series: "2.25.1", instance: "2.25.2"))?.order ?? []
    }
  }
}
