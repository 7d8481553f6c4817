// SPDX-License-Identifier: Apache-2.0

import Archive
import DICOMCore
import DICOMDictionary
import Radiology

/// Looks at what has arrived, after it was acknowledged: attaches studies to their exams, measures each series once by
/// the rules for its sender, compares each study with its order, and lists what disagrees for a person. It refuses and
/// loses nothing. Functions block.
public struct ArrivalDesk: Sendable {
  /// Differences of one series and rule that are kept.
  static let maximumDifferences = 100
  /// Of one transaction, for which what arrives has to wait.
  static let studiesAtOnce = 50

  let archive: ImageArchive
  let department: Department
  let rules: any ArrivalRuleDirectory
  /// Nil where nothing is corrected.
  let corrections: Corrections?
  let checks: Set<OrderCheck>
  let moment: @Sendable (Int64) -> TimeWindow.Moment

  /// - Parameters:
  ///   - checks: what is compared with the order.
  ///   - moment: the clock on the wall at a time, microseconds since 1970-01-01 UTC.
  public init(
    archive: ImageArchive, department: Department, rules: any ArrivalRuleDirectory, corrections: Corrections?,
    checks: Set<OrderCheck> = Set(OrderCheck.allCases), moment: @escaping @Sendable (Int64) -> TimeWindow.Moment
  ) {
    self.archive = archive
    self.department = department
    self.rules = rules
    self.corrections = corrections
    self.checks = checks
    self.moment = moment
  }

  /// Takes events of the archive, the oldest first; may be given the same ones again.
  /// - Returns: the studies that had new instances.
  @discardableResult
  public func take(_ events: [ArchiveEvent]) throws -> [String] {
    var arrivals: [String: Arrival] = [:]
    for event in events where event.kind == "instance.stored" && !event.studyUID.isEmpty {
      arrivals[event.studyUID, default: Arrival(first: event.instanceUID)].add(event)
    }
    let ordered = arrivals.sorted { $0.key < $1.key }
    for start in stride(from: 0, to: ordered.count, by: Self.studiesAtOnce) {
      let page = ordered[start..<min(start + Self.studiesAtOnce, ordered.count)]
      let arrived = try page.compactMap { try facts($0.key, $0.value) }
      if arrived.isEmpty { continue }
      for link in try department.imagesArrived(arrived) {
        let first = arrivals[link.facts.studyInstanceUID].map { ($0.first, $0.at) }
        try department.checkOrder(ofStudy: link.facts.studyInstanceUID, checks: checks) {
          try first.flatMap { try archive.routed(UID($0.0), arrival: moment($0.1))?.sender } ?? ""
        }
      }
    }
    return ordered.map(\.key)
  }

  /// What came of one study.
  private struct Arrival {
    var first: String
    /// One instance of each series.
    var series: [String: String] = [:]
    var at: Int64 = 0

    init(first: String) { self.first = first }

    mutating func add(_ event: ArchiveEvent) {
      if series[event.seriesUID] == nil { series[event.seriesUID] = event.instanceUID }
      at = event.at
    }
  }

  /// What a study says after it was measured by the rules; nil for what is not looked at.
  private func facts(_ study: String, _ arrival: Arrival) throws -> StudyFacts? {
    guard let facts = try StudyFacts.of(study, in: archive.indexed, at: arrival.at) else { return nil }
    // Reports that were written here are no images that anybody waits for.
    if !facts.modalities.isEmpty, Set(facts.modalities).isSubset(of: StudyCatalogue.written) { return nil }
    // A rule may have moved it to another patient.
    return try measure(arrival, facts) ? try StudyFacts.of(study, in: archive.indexed, at: arrival.at) : facts
  }

  // MARK: Rules

  /// - Returns: whether a rule was for one of the series.
  private func measure(_ arrival: Arrival, _ facts: StudyFacts) throws -> Bool {
    let enabled = try rules.rules().filter(\.isEnabled)
    if enabled.isEmpty { return false }
    var isMeant = false
    for series in try rules.unchecked(arrival.series.keys.sorted()) {
      let instance = UID(arrival.series[series] ?? "")
      for rule in enabled {
        guard let seen = try archive.routed(instance, arrival: moment(arrival.at), isCorrected: true),
          rule.matches(seen)
        else { continue }
        isMeant = true
        try apply(rule, to: seen, series: series, facts)
      }
      try rules.setChecked(series, at: arrival.at)
    }
    return isMeant
  }

  private func apply(_ rule: ArrivalRule, to seen: RoutedInstance, series: String, _ facts: StudyFacts) throws {
    var dataSet = seen.dataSet
    var differences: [StudyLink.Difference] = []
    do {
      try correct(by: rule, &dataSet, study: UID(facts.studyInstanceUID), series: UID(series))
    } catch let error as CorrectionError where error.code != .conflict {
      differences.append(.init(attribute: "", study: "", order: "could not be corrected: \(error.reason)"))
    }
    differences += rule.unmet(by: dataSet).map { .init(attribute: $0.attribute, study: $0.value, order: $0.expected) }
    var found = Mismatch(
      .rule, facts, Array(differences.prefix(Self.maximumDifferences)), foundAt: ArchiveOptions.systemTime())
    (found.series, found.source, found.rule) = (series, seen.sender, rule.name)
    try department.note(found)
  }

  private func correct(by rule: ArrivalRule, _ dataSet: inout DataSet, study: UID, series: UID) throws {
    guard let corrections, !rule.changes.isEmpty else { return }
    let found = try rule.corrections(of: dataSet)
    let corrector = Corrector("rule \(rule.name)", "on arrival")
    for (level, values) in found.sorted(by: { $0.key < $1.key }) {
      switch level {
      case .patient:
        var said = StudyFacts.PatientSaid()
        said.id = dataSet.string(.patientID) ?? ""
        said.issuer = dataSet.string(.issuerOfPatientID) ?? ""
        said.name = dataSet.string(.patientName) ?? ""
        said.birthDate = dataSet.string(.patientBirthDate) ?? ""
        let whole = Self.completed(values, from: said)
        _ = try corrections.move(study: study, to: whole.key, values: whole.values, by: corrector)
      case .study: _ = try corrections.update(.study(study), values: values, by: corrector)
      default: _ = try corrections.update(.series(study: study, series: series), values: values, by: corrector)
      }
      for value in values { dataSet.set(value.tag, value.vr, value.text) }
    }
  }
}
