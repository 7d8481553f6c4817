// SPDX-License-Identifier: Apache-2.0

import Archive
import DICOMCore
import DICOMDictionary
import DICOMServices

extension MemoryInstanceIndex {
  private static let computed: [Tag: QueryLevel] = [
    .numberOfPatientRelatedStudies: .patient, .numberOfPatientRelatedSeries: .patient,
    .numberOfPatientRelatedInstances: .patient, .modalitiesInStudy: .study, .sopClassesInStudy: .study,
    .anatomicRegionsInStudyCodeSequence: .study, .numberOfStudyRelatedSeries: .study,
    .numberOfStudyRelatedInstances: .study, .numberOfSeriesRelatedInstances: .series,
    .availableTransferSyntaxUID: .instance,
  ]

  public func find(_ query: IndexQuery, each: (DataSet) throws -> Bool) throws {
    let answers = matches(query).dropFirst(query.offset)
    for answer in answers.prefix(query.limit ?? .max) where try !each(answer) { return }
  }

  public func count(_ query: IndexQuery) throws -> Int { matches(query).count }

  private func matches(_ query: IndexQuery) -> [DataSet] {
    let level = query.level
    let matcher = QueryMatcher(
      identifier: query.identifier, options: QueryMatcher.Options(fuzzyNames: query.fuzzyNames)
    ) { tag in
      guard let own = IndexedAttributes.level(of: tag) ?? Self.computed[tag] else { return false }
      return own <= level
    }
    return answers(level, newestFirst: query.newestFirst).filter(matcher.matches)
  }

  private func answers(_ level: QueryLevel, newestFirst: Bool) -> [DataSet] {
    let model = self.model
    if level == .patient { return model.patients.map(\.answer) }
    let studies = model.studies.sorted { left, right in
      let ascends = (left.date, left.timeOfDay, left.number) < (right.date, right.timeOfDay, right.number)
      return ascends != newestFirst
    }
    if level == .study { return studies.map { Self.merged([$0.patient.answer, $0.answer]) } }
    let series = studies.flatMap(\.orderedSeries)
    if level == .series {
      return series.map { Self.merged([$0.study.patient.answer, $0.study.answer, $0.answer]) }
    }
    return series.flatMap(\.orderedInstances).map { instance in
      let study = instance.series.study
      return Self.merged([study.patient.answer, study.answer, instance.series.answer, instance.answer])
    }
  }

  static func merged(_ levels: [DataSet]) -> DataSet {
    var merged = DataSet(inheritedCharacterSet: .utf8)
    for element in levels.flatMap(\.elements).sorted(by: { $0.tag < $1.tag }) { merged.set(element) }
    return merged
  }

  // MARK: The study list

  public func studyList(_ query: StudyListQuery) throws -> StudyListPage {
    let words = TextFolding.words(query.text)
    let found = model.studies.filter { study in
      let text = study.searchText
      return words.allSatisfy { text.contains($0) }
        && (query.modalities.isEmpty || !Set(query.modalities).isDisjoint(with: study.modalities))
        && (query.dateFrom.map { study.date >= $0 } ?? true)
        && (query.dateTo.map { !study.date.isEmpty && study.date <= $0 } ?? true)
    }.sorted { left, right in
      let ascends = (left.sortKey(query.sort), left.number) < (right.sortKey(query.sort), right.number)
      return ascends == query.ascending
    }
    let page = found.dropFirst(query.offset).prefix(query.limit).map(\.summary)
    let total = words.isEmpty ? found.count : min(found.count, StudyListQuery.largestCount)
    return StudyListPage(total: total, isMore: total < found.count, studies: Array(page))
  }
}

extension MemoryModel.Patient {
  fileprivate var answer: DataSet {
    var answer = attributes
    answer.set(.numberOfPatientRelatedStudies, .IS, String(studies))
    answer.set(.numberOfPatientRelatedSeries, .IS, String(series))
    answer.set(.numberOfPatientRelatedInstances, .IS, String(instances))
    return answer
  }
}

extension MemoryModel.Study {
  fileprivate var answer: DataSet {
    var answer = attributes
    answer.set(.modalitiesInStudy, .CS, modalities)
    answer.set(.sopClassesInStudy, .UI, sopClasses.sorted())
    answer.set(.numberOfStudyRelatedSeries, .IS, String(series.count))
    answer.set(.numberOfStudyRelatedInstances, .IS, String(instanceCount))
    var regions: [DataSet] = []
    for region in series.flatMap({ $0.attributes.items(.anatomicRegionSequence) }) {
      if !regions.contains(where: { $0.elements == region.elements }) { regions.append(region) }
    }
    if !regions.isEmpty { answer.set(.anatomicRegionsInStudyCodeSequence, items: regions) }
    return answer
  }

  private func text(_ tag: Tag) -> String { attributes.string(tag) ?? "" }
  private func patientText(_ tag: Tag) -> String { patient.attributes.string(tag) ?? "" }

  fileprivate var searchText: String {
    let name = String(patientText(.patientName).map { $0 == "^" || $0 == "=" ? " " : $0 })
    let ofSeries = series.flatMap { one in
      [Tag.seriesDescription, .protocolName].map { one.attributes.string($0) ?? "" }
    }
    return TextFolding.fold(
      ([name, patient.identity[0], text(.accessionNumber), text(.studyDescription)] + ofSeries).joined(separator: "\n"))
  }

  fileprivate func sortKey(_ key: StudyListQuery.SortKey) -> SortKey {
    let words =
      switch key {
      case .date: date
      case .patientName: TextFolding.fold(patientText(.patientName))
      case .patientID: patient.identity[0]
      case .accession: text(.accessionNumber)
      case .description: TextFolding.fold(text(.studyDescription))
      case .modality: modalities.isEmpty ? "" : "\\" + modalities.joined(separator: "\\") + "\\"
      case .received: ""
      }
    return SortKey(
      scalars: words.unicodeScalars.map(\.value), number: key == .date ? timeOfDay : key == .received ? lastReceived : 0
    )
  }

  fileprivate var summary: StudySummary {
    StudySummary(
      studyUID: uid.rawValue, patientName: patientText(.patientName), patientID: patient.identity[0],
      issuer: patient.identity[1], birthDate: Self.dateText(patientText(.patientBirthDate)) ?? "",
      sex: patientText(.patientSex), accession: text(.accessionNumber), description: text(.studyDescription),
      date: date, time: text(.studyTime), modalities: modalities, referrer: text(.referringPhysicianName),
      seriesCount: series.count, instanceCount: instanceCount, firstReceived: firstReceived,
      lastReceived: lastReceived, conflicts: conflicts)
  }
}

/// Compared by code points, then by number.
private struct SortKey: Comparable {
  let scalars: [UInt32]
  let number: Int64

  static func < (left: SortKey, right: SortKey) -> Bool {
    if left.scalars == right.scalars { return left.number < right.number }
    return left.scalars.lexicographicallyPrecedes(right.scalars)
  }
}

extension MemoryModel.Series {
  fileprivate var answer: DataSet {
    var answer = attributes
    answer.set(.numberOfSeriesRelatedInstances, .IS, String(instances.count))
    return answer
  }
}

extension MemoryModel.Instance {
  fileprivate var answer: DataSet {
    var answer = attributes
    answer.set(.availableTransferSyntaxUID, record.transferSyntax)
    return answer
  }
}
