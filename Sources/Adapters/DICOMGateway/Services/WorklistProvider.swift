// SPDX-License-Identifier: Apache-2.0

import DICOMCore
import DICOMDictionary
import DICOMNetwork
import DICOMServices
import Radiology

/// The modality worklist as SCP (PS3.4 Annex K), out of the department's orders.
struct WorklistProvider: FindingProvider {
  /// More than a station can show; a question that matches more is narrowed by its asker.
  static let maximumAnswers = 10_000

  private let department: Department

  init(_ department: Department) { self.department = department }

  static let offered = [
    OfferedService(
      serviceClass: "Basic Worklist Management", annex: "K", sopClasses: [.modalityWorklistInformationModelFind],
      operations: [.cFindRQ])
  ]

  var services: [OfferedService] { Self.offered }

  func perform(_ request: NormalizedRequest) throws -> NormalizedResponse {
    NormalizedResponse(.unrecognizedOperation, "the worklist has C-FIND only")
  }

  func find(_ identifier: DataSet, for caller: String, each: (DataSet, Bool) throws -> Bool) throws {
    let request = WorklistRequest(identifier)
    // Answers go out after the transaction, so that a slow station holds nobody up.
    var answers: [DataSet] = []
    try department.scheduledSteps(matching: ScheduledStepQuery(request)) { item in
      let entry = item.entry
      if request.matches(entry) { answers.append(request.answer(entry)) }
      return answers.count < Self.maximumAnswers
    }
    for answer in answers {
      guard try each(answer, !request.hasUnsupportedKeys) else { return }
    }
  }
}

extension ScheduledStepQuery {
  /// What of the keys the department can narrow its search by; the request itself decides on each entry.
  init(_ request: WorklistRequest) {
    self.init()
    let step = request.step
    let root = request.identifier
    func values(_ tag: Tag, in dataSet: DataSet) -> [String] {
      (dataSet.strings(tag) ?? []).filter { !$0.isEmpty }
    }
    func plain(_ tag: Tag, in dataSet: DataSet) -> [String] {
      let all = values(tag, in: dataSet)
      return all.contains { $0.contains("*") || $0.contains("?") } ? [] : all
    }
    stationAETitles = plain(.scheduledStationAETitle, in: step)
    modalities = plain(.modality, in: step)
    if let text = values(.scheduledProcedureStepStartDate, in: step).first { dates = TemporalRange(dates: text) }
    if request.period == nil, let text = values(.scheduledProcedureStepStartTime, in: step).first {
      times = TemporalRange(times: text)
    }
    patient.id = values(.patientID, in: root).first.map { WildcardPattern($0) }
    numbers.accession = values(.accessionNumber, in: root).first.map { WildcardPattern($0) }
    numbers.studyInstanceUIDs = values(.studyInstanceUID, in: root)
    // Another state than those that are open is shown to who asks for it.
    let states = values(.scheduledProcedureStepStatus, in: step).compactMap { StepStatus(rawValue: $0) }
    if !states.isEmpty { statuses = Set(states) }
  }
}
