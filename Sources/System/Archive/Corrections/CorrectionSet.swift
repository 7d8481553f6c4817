// SPDX-License-Identifier: Apache-2.0

import DICOMCore
import DICOMDictionary

/// An instance as corrections make it.
public struct CorrectedInstance: Sendable {
  public enum Visibility: Sendable, Hashable {
    case visible
    /// By the correction of this name.
    case rejected(String)
    case deleted(String)
    /// Deleted, and the bin was emptied.
    case purged
  }

  /// With the identity and the attributes that are valid now.
  public var record: InstanceRecord
  /// Nil where nothing in the header differs from the original.
  public var change: HeaderChange?
  public var visibility: Visibility

  public var patient: PatientKey { PatientKey(record.attributes, study: record.identity.study) }
}

/// All corrections that count, in order, and what they make of an instance: a function of the original and of nothing
/// else, so that the index comes out the same whether instances or corrections came first.
public struct CorrectionSet: Sendable {
  private let all: [Correction]
  /// Those that count, the oldest first; places in it are the order.
  private let corrections: [Correction]
  private var byPatient: [PatientKey: [Int]] = [:]
  private var byStudy: [UID: [Int]] = [:]
  private var bySeries: [UID: [Int]] = [:]
  private var byInstance: [UID: [Int]] = [:]
  private var purged: Set<String> = []
  private var choices: [UID: UInt32] = [:]

  public static let none = CorrectionSet([])

  /// - Parameter all: those that were undone, too.
  public init(_ all: [Correction]) {
    self.all = all
    let ordered = all.sorted { ($0.at, $0.name) < ($1.at, $1.name) }
    var undone: Set<String> = []
    for one in ordered.reversed() where one.kind == .undo && !undone.contains(one.name) {
      if let other = one.refersTo { undone.insert(other) }
    }
    corrections = ordered.filter { !undone.contains($0.name) }
    for (place, one) in corrections.enumerated() { add(one, at: place) }
  }

  /// The same with one more.
  public func adding(_ one: Correction) -> CorrectionSet { CorrectionSet(all + [one]) }

  public var isEmpty: Bool { corrections.isEmpty }

  /// Names of those that count.
  public var names: Set<String> { Set(corrections.map(\.name)) }

  private mutating func add(_ one: Correction, at place: Int) {
    switch one.kind {
    case .undo: return
    case .purge:
      if let deletion = one.refersTo { purged.insert(deletion) }
      return
    case .versionChoice:
      if case .instances(let instances) = one.scope, let chosen = one.chosen {
        for instance in instances { choices[instance] = chosen }
      }
      return
    case .patientMerge, .update, .move, .rejection, .deletion: break
    }
    switch one.scope {
    case .patient(let key): byPatient[key, default: []].append(place)
    case .study(let study): byStudy[study, default: []].append(place)
    case .series(_, let series): bySeries[series, default: []].append(place)
    case .instances(let instances): for instance in instances { byInstance[instance, default: []].append(place) }
    }
  }

  /// The data set's checksum of the version that is to be the current one; nil where the first is.
  public func chosenVersion(of instance: UID) -> UInt32? { choices[instance] }

  /// The instances of which a version was chosen.
  public var chosenInstances: Set<UID> { Set(choices.keys) }

  /// Applies all that counts, each to what those before it made.
  public func correct(_ original: InstanceRecord) -> CorrectedInstance {
    var result = CorrectedInstance(record: original, change: nil, visibility: .visible)
    var steps: [HeaderChange.Step] = []
    var place = -1
    while let next = next(after: place, for: result) {
      place = next
      apply(corrections[next], &result, &steps)
    }
    if !steps.isEmpty { result.change = HeaderChange(steps) }
    return result
  }

  /// The first correction behind a place that is about the instance as it is now.
  private func next(after place: Int, for instance: CorrectedInstance) -> Int? {
    let identity = instance.record.identity
    var first: Int?
    func look(_ places: [Int]?, _ isMeant: (Correction) -> Bool = { _ in true }) {
      guard let places else { return }
      for candidate in places[places.firstIndex(above: place)...] {
        if let first, candidate >= first { return }
        if isMeant(corrections[candidate]) {
          first = candidate
          return
        }
      }
    }
    if !byPatient.isEmpty { look(byPatient[instance.patient]) }
    look(byStudy[identity.study])
    look(bySeries[identity.series]) { $0.scope == .series(study: identity.study, series: identity.series) }
    look(byInstance[identity.instance])
    return first
  }

  private func apply(_ one: Correction, _ result: inout CorrectedInstance, _ steps: inout [HeaderChange.Step]) {
    switch one.kind {
    case .undo, .purge, .versionChoice: return
    case .rejection:
      if one.hides, result.visibility == .visible { result.visibility = .rejected(one.name) }
    case .deletion:
      guard result.record.receivedAt < one.at else { return }
      switch result.visibility {
      case .deleted, .purged: return
      case .visible, .rejected:
        result.visibility = purged.contains(one.name) ? .purged : .deleted(one.name)
      }
    case .patientMerge, .update, .move:
      steps.append(.init(correction: one.name, at: one.at, values: one.values))
      for value in one.values {
        result.record.attributes.set(value.tag, value.vr, value.text)
        let uid = UID(value.text)
        if value.tag == .studyInstanceUID { result.record.identity.study = uid }
        if value.tag == .seriesInstanceUID { result.record.identity.series = uid }
      }
    }
  }
}

extension [Int] {
  /// The first index whose value is greater; the values ascend.
  fileprivate func firstIndex(above value: Int) -> Int {
    var (low, high) = (0, count)
    while low < high {
      let middle = (low + high) / 2
      if self[middle] > value { high = middle } else { low = middle + 1 }
    }
    return low
  }
}
