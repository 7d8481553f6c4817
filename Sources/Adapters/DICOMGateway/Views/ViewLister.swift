// SPDX-License-Identifier: Apache-2.0

import Archive
import DICOMCore
import DICOMDictionary
import DICOMObjects

/// The answers for the series and instances of a study in a view.
struct ViewLister {
  let study: StudyView
  /// The attributes of patient and study.
  let shared: DataSet
  let archive: ImageArchive

  /// Gives answers until `each` returns false.
  func answers(_ query: IndexQuery, each: (DataSet) throws -> Bool) throws {
    var series: [UID: [ViewedInstance]] = [:]
    var order: [UID] = []
    for instance in study.instances {
      if series[instance.identity.series] == nil { order.append(instance.identity.series) }
      series[instance.identity.series, default: []].append(instance)
    }
    let wanted = Set((query.identifier.uids(.seriesInstanceUID) ?? []).filter { !$0.rawValue.isEmpty })
    for uid in order where wanted.isEmpty || wanted.contains(uid) {
      let members = series[uid] ?? []
      var base = shared
      add(seriesAttributes(uid, members), to: &base)
      if query.level == .series {
        guard try each(base) else { return }
        continue
      }
      var frames: (source: Int, made: ClassicFrames?) = (-1, nil)
      for member in members {
        if case .frame = member.form, frames.source != member.sources[0] {
          let header = try? archive.header(of: study.stored[member.sources[0]].instance)
          frames = (member.sources[0], header.flatMap { try? ClassicFrames($0) })
        }
        var answer = base
        add(attributes(member, frames.made), to: &answer)
        guard try each(answer) else { return }
      }
    }
  }

  private func add(_ elements: [DataElement], to answer: inout DataSet) {
    for element in elements { answer.set(element) }
  }

  /// What the members have alike; it began with the earliest.
  private func seriesAttributes(_ uid: UID, _ members: [ViewedInstance]) -> [DataElement] {
    let sources = members.flatMap(\.sources).map { study.stored[$0].attributes }
    guard let first = sources.first else { return [] }
    var series = DataSet(inheritedCharacterSet: .utf8)
    for element in first.elements where IndexedAttributes.level(of: element.tag) == .series { series.set(element) }
    let moments = sources.map { ($0.string(.seriesDate) ?? "", $0.string(.seriesTime) ?? "") }.filter { !$0.0.isEmpty }
    if let earliest = moments.min(by: { $0 < $1 }) {
      series.set(.seriesDate, .DA, earliest.0)
      series.set(.seriesTime, .TM, earliest.1)
    }
    series.set(.seriesInstanceUID, uid)
    series.set(.numberOfSeriesRelatedInstances, .IS, String(members.count))
    return series.elements
  }

  private func attributes(_ member: ViewedInstance, _ frames: ClassicFrames?) -> [DataElement] {
    let source = study.stored[member.sources[0]].attributes
    var own = DataSet(inheritedCharacterSet: .utf8)
    let kept = source.elements.filter { element in
      IndexedAttributes.level(of: element.tag) == .instance || element.tag == .availableTransferSyntaxUID
    }
    for element in kept { own.set(element) }
    switch member.form {
    case .stored, .updated: break
    case .frame(let index):
      own.remove(.numberOfFrames)
      let identity = member.identity
      if let header = try? frames?.header(index, series: identity.series, instance: identity.instance) {
        let image = header.inUTF8
        for tag in IndexedAttributes.instance { if let element = image[tag] { own.set(element) } }
      }
    case .joined:
      let others = member.sources.dropFirst().map { study.stored[$0].attributes }
      own.keep { element in others.allSatisfy { $0[element.tag] == element } }
      own.set(.numberOfFrames, .IS, String(member.sources.count))
      own.set(.instanceNumber, .IS, "1")
    }
    own.set(.sopClassUID, member.identity.sopClass)
    own.set(.sopInstanceUID, member.identity.instance)
    return own.elements
  }
}

extension DataSet {
  /// This data set with its texts in UTF-8; what cannot be converted stays as it is.
  fileprivate var inUTF8: DataSet {
    var converted = self
    try? converted.convertText(to: .utf8)
    return converted
  }
}
