// SPDX-License-Identifier: Apache-2.0

import Archive
import DICOMCore
import DICOMDictionary
import DICOMServices
import DICOMWeb

/// What a study list's search asks of other archives, and which of their answers it shows.
///
/// A query has no "or" (PS3.4 §C.2.2.2), so that one word becomes several questions: as name, patient ID and accession
/// number. Archives differ in case, in the optional keys that they match and in combining them: one word is asked, and
/// all of the search is compared here.
struct OtherArchiveSearch {
  /// Studies that are shown.
  static let largest = 500

  struct Found {
    var studies: [(study: StudySummary, archives: [String])] = []
    /// More were found than are shown.
    var hasMore = false
    /// Why some archives gave no answer, or not all.
    var failures: [String: String] = [:]
  }

  private static let wanted: [Tag] = [
    .studyDate, .studyTime, .accessionNumber, .modalitiesInStudy, .referringPhysicianName, .patientName, .patientID,
    .issuerOfPatientID, .patientBirthDate, .patientSex, .studyInstanceUID, .studyID, .studyDescription,
    .numberOfStudyRelatedSeries, .numberOfStudyRelatedInstances,
  ]

  let query: StudyListQuery
  private let words: [String]

  init(_ query: StudyListQuery) {
    self.query = query
    words = query.text.split { $0.isWhitespace || "^,*?\\=".contains($0) }.map(String.init)
  }

  /// Whether it says anything that a query can be limited by: other archives are not asked for all that they have.
  var isLimited: Bool { !words.isEmpty || query.dateFrom != nil || query.dateTo != nil || !query.modalities.isEmpty }

  // MARK: Questions

  /// One after another; none where nothing limits them.
  var questions: [DataSet] {
    guard isLimited else { return [] }
    var common = DataSet(inheritedCharacterSet: .utf8)
    for tag in Self.wanted {
      common.set(DataElement(tag: tag, vr: DataDictionary.vr(for: tag) ?? .LO, value: .bytes(.empty)))
    }
    if query.dateFrom != nil || query.dateTo != nil {
      let (from, to) = (query.dateFrom ?? "", query.dateTo ?? "")
      common.set(.studyDate, .DA, from == to ? from : "\(from)-\(to)")
    }
    // Several values are matched by few (PS3.4 §C.2.2.2.8).
    if query.modalities.count == 1 { common.set(.modalitiesInStudy, .CS, query.modalities[0]) }
    guard let word = words.max(by: { $0.count < $1.count }) else { return [common] }
    if !word.utf8.allSatisfy({ $0 < 0x80 }) { common.set(.specificCharacterSet, .CS, "ISO_IR 192") }
    let upper = word.uppercased()
    var keys: [(Tag, VR, String)] = [
      (.patientName, .PN, word), (.patientName, .PN, word.prefix(1).uppercased() + word.dropFirst()),
      (.patientName, .PN, upper),
    ]
    if word.utf8.count <= 60 { keys += [(.patientID, .LO, word), (.patientID, .LO, upper)] }
    if word.utf8.count <= 14 { keys += [(.accessionNumber, .SH, word), (.accessionNumber, .SH, upper)] }
    var asked: Set<String> = []
    return keys.compactMap { tag, vr, value in
      guard asked.insert("\(tag) \(value)").inserted else { return nil }
      var question = common
      question.set(tag, vr, "*\(value)*")
      return question
    }
  }

  // MARK: Answers

  /// What of the answers is shown: each study once, in the order of the list.
  /// - Parameter isHere: whether a study is in this archive, whose own list shows it.
  func found(_ answers: OtherAnswers, isHere: (UID) throws -> Bool) rethrows -> Found {
    var found = Found(failures: answers.failures)
    var places: [String: Int] = [:]
    for answer in answers.answers {
      guard let uid = answer.dataSet.uid(.studyInstanceUID), uid.isWellFormed else { continue }
      if let place = places[uid.rawValue] {
        if !found.studies[place].archives.contains(answer.node) { found.studies[place].archives.append(answer.node) }
        continue
      }
      let study = StudySummary(answer: answer.dataSet, uid: uid)
      guard matches(study), try !isHere(uid) else { continue }
      if found.studies.count == Self.largest {
        found.hasMore = true
        continue
      }
      places[uid.rawValue] = found.studies.count
      found.studies.append((study, [answer.node]))
    }
    found.studies.sort { isBefore($0.study, $1.study) }
    return found
  }

  private func matches(_ study: StudySummary) -> Bool {
    let text = TextFolding.fold(
      "\(study.patientName) \(study.patientID) \(study.accession) \(study.description)")
    guard words.allSatisfy({ text.contains(TextFolding.fold($0)) }) else { return false }
    if let from = query.dateFrom, study.date < from { return false }
    if let to = query.dateTo, study.date.isEmpty || study.date > to { return false }
    // Who does not say which modalities it has may have them.
    return query.modalities.isEmpty || study.modalities.isEmpty
      || !Set(study.modalities).isDisjoint(with: query.modalities)
  }

  private func isBefore(_ first: StudySummary, _ second: StudySummary) -> Bool {
    func key(_ study: StudySummary) -> [String] {
      let date = [study.date + study.time, study.studyUID]
      switch query.sort {
      case .patientName: return [TextFolding.fold(study.patientName)] + date
      case .patientID: return [study.patientID] + date
      case .accession: return [study.accession] + date
      case .description: return [TextFolding.fold(study.description)] + date
      case .modality: return [study.modalities.joined(separator: " ")] + date
      default: return date
      }
    }
    let (one, other) = (key(first), key(second))
    return query.ascending ? one.lexicographicallyPrecedes(other) : other.lexicographicallyPrecedes(one)
  }
}

extension StudySummary {
  /// As another archive describes it.
  fileprivate init(answer: DataSet, uid: UID) {
    func text(_ tag: Tag) -> String { answer.string(tag) ?? "" }
    func count(_ tag: Tag) -> Int { Int(text(tag)) ?? 0 }
    self.init(
      studyUID: uid.rawValue, patientName: text(.patientName), patientID: text(.patientID),
      issuer: text(.issuerOfPatientID), birthDate: text(.patientBirthDate), sex: text(.patientSex),
      accession: text(.accessionNumber), description: text(.studyDescription), date: text(.studyDate),
      time: text(.studyTime), modalities: (answer.strings(.modalitiesInStudy) ?? []).filter { !$0.isEmpty },
      referrer: text(.referringPhysicianName), seriesCount: count(.numberOfStudyRelatedSeries),
      instanceCount: count(.numberOfStudyRelatedInstances), firstReceived: 0, lastReceived: 0, conflicts: 0)
  }
}
