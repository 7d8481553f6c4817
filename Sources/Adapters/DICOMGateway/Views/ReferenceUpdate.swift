// SPDX-License-Identifier: Apache-2.0

import Archive
import DICOMCore
import DICOMDictionary
import DICOMServices

/// Makes the references of an object point at what a view shows in place of the instances that they name
/// (PS3.4 §C.3.5).
struct ReferenceUpdate {
  /// What has become of an instance, by its SOP Instance UID; nil where it is as it was.
  private let fate: (UID) -> ViewFate?
  private let view: QueryRetrieveView

  private static let maximumDepth = 32
  /// References that may be made in one object, so that a few to images of many frames do not fill the memory.
  private var left = 200_000

  init(view: QueryRetrieveView, fate: @escaping (UID) -> ViewFate?) {
    self.view = view
    self.fate = fate
  }

  mutating func apply(to dataSet: inout DataSet) { update(&dataSet, depth: 0) }

  private mutating func update(_ dataSet: inout DataSet, depth: Int) {
    guard depth < Self.maximumDepth else { return }
    for element in dataSet.elements {
      guard let items = element.items, !items.isEmpty, element.tag != .conversionSourceAttributesSequence else {
        continue
      }
      var updated: [DataSet] = []
      for item in items {
        updated += self.updated(item, in: element.tag, depth: depth)
      }
      if updated != items { dataSet.set(element.tag, items: Self.merged(updated)) }
    }
  }

  /// Sequences that list the instances of a series, each once and without frames (PS3.3 §10.3, §C.17.2.1).
  private static let listings: Set<Tag> = [.referencedSOPSequence, .referencedInstanceSequence]

  /// The items in place of one.
  private mutating func updated(_ item: DataSet, in sequence: Tag, depth: Int) -> [DataSet] {
    if let uid = item.uid(.referencedSOPInstanceUID), let fate = fate(uid) {
      var made: [DataSet] = []
      for var each in targets(of: item, uid, fate) {
        update(&each, depth: depth + 1)
        made.append(each)
      }
      return made
    }
    if item.uid(.seriesInstanceUID) != nil { return bySeries(item, depth: depth) }
    if sequence == .contentSequence, let many = spread(item, depth: depth) { return many }
    var own = item
    update(&own, depth: depth + 1)
    return [own]
  }

  /// The references to what has become of an instance: one for each frame that was named, where those are images now.
  private mutating func targets(of item: DataSet, _ uid: UID, _ fate: ViewFate) -> [DataSet] {
    var changed = item
    switch fate {
    case .updated(let identity):
      changed.set(.referencedSOPInstanceUID, identity.instance)
      return [changed]
    case .joined(let identity, let frame):
      changed.set(.referencedSOPClassUID, identity.sopClass)
      changed.set(.referencedSOPInstanceUID, identity.instance)
      changed.set(.referencedFrameNumber, .IS, String(frame + 1))
      return [changed]
    case .split(let frames, let sopClass, _):
      let named = (item.integers(.referencedFrameNumber) ?? []).filter { (1...frames).contains($0) }
      changed.remove(.referencedFrameNumber)
      changed.set(.referencedSOPClassUID, sopClass)
      let numbers = named.isEmpty ? Array(1...frames) : named
      guard numbers.count <= left else { return [item] }
      left -= numbers.count
      return numbers.map { number in
        var image = changed
        image.set(.referencedSOPInstanceUID, ViewUID.instance(view, uid, frame: number - 1))
        return image
      }
    }
  }

  /// A reference to a series with its instances: as many as there are series now.
  private mutating func bySeries(_ item: DataSet, depth: Int) -> [DataSet] {
    let old = item.uid(.seriesInstanceUID) ?? ""
    var order: [UID] = []
    var parts: [UID: [Tag: [DataSet]]] = [:]
    var rest = item
    for element in item.elements {
      guard let items = element.items, items.contains(where: { $0.uid(.referencedSOPInstanceUID) != nil }) else {
        continue
      }
      rest.remove(element.tag)
      for reference in items {
        let series = reference.uid(.referencedSOPInstanceUID).flatMap { fate($0) }.map { self.series(of: $0) } ?? old
        if parts[series] == nil { order.append(series) }
        parts[series, default: [:]][element.tag, default: []].append(reference)
      }
    }
    if order.isEmpty { order = [old] }
    var made: [DataSet] = []
    for series in order {
      var part = rest
      part.set(.seriesInstanceUID, series)
      for (tag, items) in parts[series] ?? [:] { part.set(tag, items: items) }
      update(&part, depth: depth + 1)
      for tag in Self.listings where part[tag] != nil { part.set(tag, items: Self.distinct(part.items(tag))) }
      made.append(part)
    }
    return made
  }

  private func series(of fate: ViewFate) -> UID {
    switch fate {
    case .split(_, _, let series): series
    case .joined(let identity, _), .updated(let identity): identity.series
    }
  }

  /// A content item refers to one object (PS3.3 §C.17.3): where that is several images now, there is one for each.
  private mutating func spread(_ item: DataSet, depth: Int) -> [DataSet]? {
    let references = item.items(.referencedSOPSequence)
    guard references.count == 1, let uid = references[0].uid(.referencedSOPInstanceUID), let fate = fate(uid) else {
      return nil
    }
    var own = item
    own.remove(.referencedSOPSequence)
    update(&own, depth: depth + 1)
    var made: [DataSet] = []
    for var reference in targets(of: references[0], uid, fate) {
      update(&reference, depth: depth + 1)
      own.set(.referencedSOPSequence, items: [reference])
      made.append(own)
    }
    return made
  }

  /// References to frames of one image that differ in nothing else become one that names them all.
  private static func merged(_ items: [DataSet]) -> [DataSet] {
    var merged: [DataSet] = []
    for item in items {
      var plain = item
      plain.remove(.referencedFrameNumber)
      if let numbers = item.strings(.referencedFrameNumber), item.uid(.referencedSOPInstanceUID) != nil,
        var last = merged.last, let others = last.strings(.referencedFrameNumber)
      {
        last.remove(.referencedFrameNumber)
        if last == plain {
          last.set(.referencedFrameNumber, .IS, others + numbers)
          merged[merged.count - 1] = last
          continue
        }
      }
      merged.append(item)
    }
    return merged
  }

  private static func distinct(_ items: [DataSet]) -> [DataSet] {
    var seen: Set<UID> = []
    return items.compactMap { item in
      guard let uid = item.uid(.referencedSOPInstanceUID) else { return item }
      guard seen.insert(uid).inserted else { return nil }
      var once = item
      once.remove(.referencedFrameNumber)
      return once
    }
  }
}
