// SPDX-License-Identifier: Apache-2.0

import Archive
import DICOMCore
import DICOMDictionary
import DICOMFile
import DICOMObjects
import DICOMServices

/// The archive as a view shows it: what the index says, with converted instances in place of those that they are made
/// of (PS3.4 §C.3.5).
struct ViewedArchive {
  let archive: ImageArchive
  let view: QueryRetrieveView
  let memory: ViewMemory

  func study(_ uid: UID) throws -> StudyView { try StudyView(of: uid, view, in: archive, memory) }

  // MARK: Queries

  /// Answers as `InstanceIndex.find` does.
  func find(_ query: IndexQuery, each: (DataSet) throws -> Bool) throws {
    switch query.level {
    case .patient:
      try archive.index.find(query) { try each(try patient($0, query)) }
    case .study:
      var above = query
      above.identifier.remove(.sopClassesInStudy)
      let classes = keys(of: query) { $0 == .sopClassesInStudy }
      try archive.index.find(above) { found in
        let answer = isConverted(found) ? summary(of: try study(found), found) : found
        return classes.matches(answer) ? try each(answer) : true
      }
    case .series, .instance: try findBelow(query, each: each)
    }
  }

  private func keys(of query: IndexQuery, _ isKey: (Tag) -> Bool) -> QueryMatcher {
    QueryMatcher(
      identifier: query.identifier, options: .init(fuzzyNames: query.fuzzyNames), isSupported: isKey)
  }

  private func study(_ answer: DataSet) throws -> StudyView { try study(answer.uid(.studyInstanceUID) ?? "") }

  /// Whether a study has something that the view converts.
  private func isConverted(_ answer: DataSet) -> Bool {
    let converted = StudyView.convertedClasses(view)
    return (answer.strings(.sopClassesInStudy) ?? []).contains { converted.contains(UID($0)) }
  }

  /// The answer for a study with the counts of the view.
  private func summary(of study: StudyView, _ found: DataSet) -> DataSet {
    var answer = found
    let identities = study.instances.map(\.identity)
    answer.set(.sopClassesInStudy, .UI, Set(identities.map(\.sopClass)).sorted().map(\.rawValue))
    answer.set(.numberOfStudyRelatedSeries, .IS, String(Set(identities.map(\.series)).count))
    answer.set(.numberOfStudyRelatedInstances, .IS, String(identities.count))
    return answer
  }

  private static let countsOfPatient: [(Tag, Tag)] = [
    (.numberOfPatientRelatedSeries, .numberOfStudyRelatedSeries),
    (.numberOfPatientRelatedInstances, .numberOfStudyRelatedInstances),
  ]

  private func patient(_ found: DataSet, _ query: IndexQuery) throws -> DataSet {
    guard Self.countsOfPatient.contains(where: { query.identifier[$0.0] != nil }), let id = found.string(.patientID),
      !id.isEmpty
    else { return found }
    var counts: [Tag: Int] = [:]
    var keys = DataSet(inheritedCharacterSet: .utf8)
    keys.set(.patientID, .LO, id)
    try archive.index.find(IndexQuery(level: .study, identifier: keys)) { other in
      guard other.string(.patientID) == id, other.string(.issuerOfPatientID) == found.string(.issuerOfPatientID)
      else { return true }
      let answer = isConverted(other) ? summary(of: try study(other), other) : other
      for (tag, part) in Self.countsOfPatient { counts[tag, default: 0] += answer.integer(part) ?? 0 }
      return true
    }
    var answer = found
    for (tag, count) in counts { answer.set(tag, .IS, String(count)) }
    return answer
  }

  /// Series and instances: the studies by the index, what is below them in memory.
  private func findBelow(_ query: IndexQuery, each: (DataSet) throws -> Bool) throws {
    let below = keys(of: query) { tag in
      IndexedAttributes.level(of: tag).map { $0 > .study && $0 <= query.level } ?? false || tag == .sopClassesInStudy
    }
    var goesOn = true
    for above in try studyQueries(query) where goesOn {
      try archive.index.find(above) { found in
        let study = try study(found)
        let shared = summary(of: study, found)
        let lister = ViewLister(study: study, shared: shared, archive: archive)
        try lister.answers(query) { answer in
          if below.matches(answer) { goesOn = try each(answer) }
          return goesOn
        }
        return goesOn
      }
    }
  }

  /// Where to look for series and instances.
  private func studyQueries(_ query: IndexQuery) throws -> [IndexQuery] {
    var above = IndexQuery(level: .study, identifier: query.identifier, fuzzyNames: query.fuzzyNames)
    above.identifier.keep { element in
      IndexedAttributes.level(of: element.tag).map { $0 <= .study } ?? (element.tag == .modalitiesInStudy)
    }
    if !(above.identifier.string(.studyInstanceUID) ?? "").isEmpty { return [above] }
    let series = (query.identifier.uids(.seriesInstanceUID) ?? []).filter { !$0.rawValue.isEmpty }
    let instances = (query.identifier.uids(.sopInstanceUID) ?? []).filter { !$0.rawValue.isEmpty }
    if series.isEmpty && instances.isEmpty { return [above] }
    return try studies(series: series, instances: instances).map { study in
      var one = above
      one.identifier.set(.studyInstanceUID, study)
      return one
    }
  }

  // MARK: Retrieval

  /// What is selected, study by study.
  func select(_ selection: InstanceSelection) throws -> [(study: StudyView, instances: [ViewedInstance])] {
    var studies = selection.studies
    if studies.isEmpty {
      studies =
        try selection.series.isEmpty && selection.instances.isEmpty
        ? self.studies(ofPatient: selection.patientID ?? "")
        : self.studies(series: selection.series, instances: selection.instances)
    }
    let series = Set(selection.series)
    let instances = Set(selection.instances)
    var found: [(StudyView, [ViewedInstance])] = []
    for uid in studies {
      let study = try study(uid)
      if let patient = selection.patientID, let first = study.stored.first,
        first.attributes.string(.patientID) ?? "" != patient
      {
        continue
      }
      let selected = study.instances.filter { each in
        (series.isEmpty || series.contains(each.identity.series))
          && (instances.isEmpty || instances.contains(each.identity.instance))
      }
      if !selected.isEmpty { found.append((study, selected)) }
    }
    return found
  }

  private func studies(ofPatient id: String) throws -> [UID] {
    var keys = DataSet(inheritedCharacterSet: .utf8)
    keys.set(.patientID, .LO, id)
    return try uids(IndexQuery(level: .study, identifier: keys)) { $0.string(.patientID) == id }
  }

  /// The studies in which series or instances may stand: stored ones are known to the index; for those of the view all
  /// studies are looked at that have something to convert.
  private func studies(series: [UID], instances: [UID]) throws -> [UID] {
    let stored = try archive.index.instances(InstanceSelection(series: series, instances: instances))
    var studies = stored.map(\.identity.study)
    if instances.isEmpty ? series.contains(where: ViewUID.isOne) : instances.contains(where: ViewUID.isOne) {
      var keys = DataSet(inheritedCharacterSet: .utf8)
      keys.set(.sopClassesInStudy, .UI, StudyView.convertedClasses(view).sorted().map(\.rawValue))
      studies += try uids(IndexQuery(level: .study, identifier: keys)) { _ in true }
    }
    var seen: Set<UID> = []
    return studies.filter { seen.insert($0).inserted }
  }

  private func uids(_ query: IndexQuery, where isOne: (DataSet) -> Bool) throws -> [UID] {
    var uids: [UID] = []
    try archive.index.find(query) { found in
      if isOne(found), let uid = found.uid(.studyInstanceUID) { uids.append(uid) }
      return true
    }
    return uids
  }
}
