// SPDX-License-Identifier: Apache-2.0

import Archive
import DICOMCore
import DICOMDictionary
import DICOMServices
import Synchronization

extension MemoryInstanceIndex {
  public func find(_ query: IndexQuery, each: (DataSet) throws -> Bool) throws {
    let answers = try matches(query).dropFirst(query.offset)
    for answer in answers.prefix(query.limit ?? .max) where try !each(answer) { return }
  }

  public func count(_ query: IndexQuery) throws -> Int { try matches(query).count }

  private func matches(_ query: IndexQuery) throws -> [DataSet] {
    let matcher = QueryMatcher(
      identifier: query.identifier, options: QueryMatcher.Options(fuzzyNames: query.fuzzyNames))
    var groups: [String: [InstanceRecord]] = [:]
    var order: [String] = []
    for record in try current(InstanceSelection()) {
      let key = record.key(query.level)
      if groups[key] == nil { order.append(key) }
      groups[key, default: []].append(record)
    }
    return order.compactMap { groups[$0] }.map { answer(query.level, $0) }.filter(matcher.matches)
  }

  /// The attributes of the level and those above, the computed ones too (PS3.4 §C.3.4).
  private func answer(_ level: QueryLevel, _ records: [InstanceRecord]) -> DataSet {
    var answer = DataSet(inheritedCharacterSet: .utf8)
    for element in records[0].attributes.elements {
      if let own = IndexedAttributes.level(of: element.tag), own <= level { answer.set(element) }
    }
    func count(_ key: (InstanceRecord) -> UID) -> String { String(Set(records.map(key)).count) }
    switch level {
    case .patient:
      answer.set(.numberOfPatientRelatedStudies, .IS, count(\.identity.study))
      answer.set(.numberOfPatientRelatedSeries, .IS, count(\.identity.series))
      answer.set(.numberOfPatientRelatedInstances, .IS, count(\.identity.instance))
    case .study:
      answer.set(.numberOfStudyRelatedSeries, .IS, count(\.identity.series))
      answer.set(.numberOfStudyRelatedInstances, .IS, count(\.identity.instance))
      answer.set(.modalitiesInStudy, .CS, Set(records.compactMap { $0.attributes.string(.modality) }).sorted())
      answer.set(.sopClassesInStudy, .UI, Set(records.map(\.identity.sopClass.rawValue)).sorted())
    case .series:
      answer.set(.numberOfSeriesRelatedInstances, .IS, count(\.identity.instance))
    case .instance:
      answer.set(.availableTransferSyntaxUID, records[0].transferSyntax)
    }
    return answer
  }

  public func studyList(_ query: StudyListQuery) throws -> StudyListPage {
    let studies = Dictionary(grouping: try current(InstanceSelection()), by: \.identity.study).values
    let versions = state.withLock { $0.records }.filter { $0.version > 1 }
    let rows = studies.map { summary($0, versions) }.filter { $0.passes(query) }
      .sorted { left, right in
        let (a, b) = (left.sortText(query.sort), right.sortText(query.sort))
        if a == b { return left.studyUID < right.studyUID }
        return query.ascending ? a < b : a > b
      }
    return StudyListPage(total: rows.count, studies: Array(rows.dropFirst(query.offset).prefix(query.limit)))
  }

  private func summary(_ records: [InstanceRecord], _ versions: [InstanceRecord]) -> StudySummary {
    let attributes = records[0].attributes
    func text(_ tag: Tag) -> String { attributes.string(tag) ?? "" }
    let received = records.map(\.receivedAt)
    let conflicts = Set(
      versions.filter { $0.identity.study == records[0].identity.study }.map(\.identity.instance))
    return StudySummary(
      studyUID: records[0].identity.study.rawValue, patientName: text(.patientName), patientID: text(.patientID),
      issuer: text(.issuerOfPatientID), birthDate: text(.patientBirthDate), sex: text(.patientSex),
      accession: text(.accessionNumber), description: text(.studyDescription), date: text(.studyDate),
      time: text(.studyTime), modalities: Set(records.compactMap { $0.attributes.string(.modality) }).sorted(),
      referrer: text(.referringPhysicianName), seriesCount: Set(records.map(\.identity.series)).count,
      instanceCount: records.count, firstReceived: received.min() ?? 0, lastReceived: received.max() ?? 0,
      conflicts: conflicts.count)
  }
}

extension InstanceRecord {
  /// By what instances of an entity are held together.
  fileprivate func key(_ level: QueryLevel) -> String {
    switch level {
    case .patient:
      (attributes.string(.patientID) ?? "") + "\u{0}" + (attributes.string(.issuerOfPatientID) ?? "")
    case .study: identity.study.rawValue
    case .series: identity.series.rawValue
    case .instance: identity.instance.rawValue
    }
  }
}

extension StudySummary {
  fileprivate func passes(_ query: StudyListQuery) -> Bool {
    let text = [patientName, patientID, accession, description].map { $0.lowercased() }
    let words = query.text.lowercased().split(separator: " ")
    return words.allSatisfy { word in text.contains { $0.contains(word) } }
      && (query.modalities.isEmpty || !Set(query.modalities).isDisjoint(with: modalities))
      && (query.dateFrom.map { date >= $0 } ?? true) && (query.dateTo.map { !date.isEmpty && date <= $0 } ?? true)
  }

  fileprivate func sortText(_ key: StudyListQuery.SortKey) -> String {
    switch key {
    case .date: date + time
    case .patientName: patientName.lowercased()
    case .patientID: patientID
    case .accession: accession
    case .description: description.lowercased()
    case .modality: modalities.joined(separator: "\\")
    case .received: String(repeating: "0", count: 20 - String(lastReceived).count) + String(lastReceived)
    }
  }
}
