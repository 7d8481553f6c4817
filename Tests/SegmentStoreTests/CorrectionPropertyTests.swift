// SPDX-License-Identifier: Apache-2.0

import Archive
import DICOMCore
import DICOMDictionary
import DICOMTestKit
import SQLTestKit
import SQLStore
import SegmentStore
import SystemTestKit
import Testing

/// Random sequences of corrections, arrivals and their undoing, against a model that knows nothing of an index.
@Suite struct CorrectionPropertyTests {
  /// What an instance is in the model.
  private struct State: Equatable {
    var patient: String
    var name: String
    var study: String
    var isVisible = true
  }

  private struct Instance {
    let sent: TestInstance
    let state: State
    let series: String
    /// Number of the step after which it came.
    let arrived: Int
  }

  private struct Model {
    var instances: [Instance] = []
    var corrections: [(correction: Correction, step: Int)] = []

    /// Records that no later undo, itself valid, is about.
    var valid: [(correction: Correction, step: Int)] {
      var undone: Set<String> = []
      for (one, _) in corrections.reversed() where one.kind == .undo && !undone.contains(one.name) {
        if let other = one.refersTo { undone.insert(other) }
      }
      return corrections.filter { $0.correction.kind != .undo && !undone.contains($0.correction.name) }
    }

    func state(_ instance: Instance) -> State {
      var state = instance.state
      for (one, step) in valid {
        let isMeant =
          switch one.scope {
          case .patient(let key): key == PatientKey(id: state.patient)
          case .study(let study): study.rawValue == state.study
          case .series(let study, let series): study.rawValue == state.study && series.rawValue == instance.series
          case .instances(let uids): uids.contains(instance.sent.identity.instance)
          }
        guard isMeant else { continue }
        switch one.kind {
        case .rejection: state.isVisible = false
        case .deletion: if instance.arrived < step { state.isVisible = false }
        default:
          for value in one.values {
            if value.tag == .patientID { state.patient = value.text }
            if value.tag == .patientName { state.name = value.text }
            if value.tag == .studyInstanceUID { state.study = value.text }
          }
        }
      }
      return state
    }

    func visible() -> [(uid: UID, state: State)] {
      instances.map { ($0.sent.identity.instance, state($0)) }.filter(\.1.isVisible)
    }
  }

  private struct Random: RandomNumberGenerator {
    var state: UInt64
    mutating func next() -> UInt64 {
      state &+= 0x9E37_79B9_7F4A_7C15
      var z = state
      z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
      z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
      return z ^ (z >> 31)
    }
  }

  private static let steps = 24

  @Test(arguments: Engine.available, 1...4) func theIndexIsWhatTheModelSays(_ engine: Engine, _ seed: Int) throws {
    var random = Random(state: UInt64(seed))
    let site = try CorrectionSite(engine)
    // With half of the seeds, settled images are compressed.
    if seed % 2 == 0 { site.compression = [CompressionRule(modalities: [], codec: .jpegLS)] }
    var model = Model()
    for study in 1...4 {
      for series in 1...2 { try arrive(study, series, 1, 0, site, &model) }
    }
    for step in 1...Self.steps {
      try act(step, site, &model, &random)
      try compare(site, model, "seed \(seed), step \(step)")
    }
    #expect(try site.findings().isEmpty)
    let (other, summary) = try site.reindexed()
    #expect(summary.unusable.isEmpty)
    #expect(try other.dump() == site.dump(), "seed \(seed)")
    // With everything undone, all is as it arrived.
    while let last = model.valid.last {
      model.corrections.append((try site.corrections.undo(last.correction.name, by: Corrector("test")), 999))
    }
    try compare(site, model, "seed \(seed), all undone")
    #expect(try site.index.instances(InstanceSelection()).allSatisfy { $0.change == nil })
  }

  private func arrive(
    _ study: Int, _ series: Int, _ number: Int, _ step: Int, _ site: CorrectionSite, _ model: inout Model
  ) throws {
    let patient = "P\((study + 1) / 2)"
    let sent = try TestInstance.image(study, series, number, side: 32) {
      $0.set(.patientID, .LO, patient)
      $0.set(.patientName, .PN, "NAME^\(patient)")
      $0.set(.studyDescription, .LO, "STUDY \(study)")
    }
    try site.send([sent])
    model.instances.append(
      Instance(
        sent: sent, state: State(patient: patient, name: "NAME^\(patient)", study: sent.identity.study.rawValue),
        series: sent.identity.series.rawValue, arrived: step))
  }

  private func act(_ step: Int, _ site: CorrectionSite, _ model: inout Model, _ random: inout Random) throws {
    let by = Corrector("test", "step \(step)")
    let visible = model.visible()
    let kind = Int.random(in: 0..<9, using: &random)
    guard let one = visible.randomElement(using: &random), let other = visible.randomElement(using: &random),
      kind < 8
    else { return try arrive(Int.random(in: 1...4, using: &random), 1, 100 + step, step, site, &model) }
    let scopes: [CorrectionScope] = [
      .study(UID(one.state.study)), .series(study: UID(one.state.study), series: try series(one.uid, model)),
      .instances([one.uid]),
    ]
    let scope = scopes[Int.random(in: 0..<3, using: &random)]
    let made: Correction?
    do {
      switch kind {
      case 0:
        made = try site.corrections.merge(
          PatientKey(id: one.state.patient), into: PatientKey(id: other.state.patient), by: by)
      case 1:
        made = try site.corrections.update(
          .patient(PatientKey(id: one.state.patient)), values: [.init(.patientName, .PN, "STEP^\(step)")], by: by)
      case 2: made = try site.corrections.move(scopes[step % 2], into: UID(other.state.study), by: by)
      case 3:
        made = try site.corrections.move(study: UID(one.state.study), to: PatientKey(id: other.state.patient), by: by)
      case 4: made = try site.corrections.reject(scope, for: .quality, by: by)
      case 5: made = try site.corrections.delete(scope, by: by)
      default:
        let names = model.corrections.map(\.correction.name)
        made = try names.randomElement(using: &random).map { try site.corrections.undo($0, by: by) }
      }
    } catch is CorrectionError {
      return
    }
    if let made { model.corrections.append((made, step)) }
  }

  private func series(_ uid: UID, _ model: Model) throws -> UID {
    UID(try #require(model.instances.first { $0.sent.identity.instance == uid }).series)
  }

  private func compare(_ site: CorrectionSite, _ model: Model, _ what: String) throws {
    let expected = model.visible()
    let found = try site.index.instances(InstanceSelection())
    #expect(Set(found.map(\.identity.instance)) == Set(expected.map(\.uid)), "\(what)")
    var counts: [String: Int] = [:]
    for one in expected {
      counts[one.state.study, default: 0] += 1
      let out = try site.outgoing(one.uid)
      let state = State(
        patient: out.string(.patientID) ?? "", name: out.string(.patientName) ?? "",
        study: out.uid(.studyInstanceUID)?.rawValue ?? "")
      #expect(state == one.state, "\(what), \(one.uid)")
      #expect(try site.stored(one.uid).identity.study.rawValue == one.state.study, "\(what)")
    }
    let list = try site.index.studyList(StudyListQuery(limit: 100))
    #expect(list.total == counts.count, "\(what)")
    #expect(Dictionary(uniqueKeysWithValues: list.studies.map { ($0.studyUID, $0.instanceCount) }) == counts, "\(what)")
    for instance in model.instances {
      let bytes = try site.index.objects(in: reach(instance)).filter {
        $0.stored.identity.instance == instance.sent.identity.instance
      }.map { try site.archive.dataSetBytes($0.stored) }
      #expect(bytes == [instance.sent.bytes], "\(what)")
    }
  }

  private func reach(_ instance: Instance) -> CorrectionReach {
    var reach = CorrectionReach()
    reach.instances = [instance.sent.identity.instance]
    return reach
  }
}
