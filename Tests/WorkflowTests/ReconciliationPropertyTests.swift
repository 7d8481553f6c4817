// SPDX-License-Identifier: Apache-2.0

import Archive
import DICOMCore
import DICOMDictionary
import DICOMServices
import Foundation
import Radiology
import SQLTestKit
import SQLStore
import SystemTestKit
import Testing

/// Random sequences of arrivals, merges, moves, corrections and their undoing leave department and archive equal to a
/// model; what was sent stays as it was sent. A failing seed replays.
@Suite struct ReconciliationPropertyTests {
  private static let steps = 24
  /// As many as MARTLET_PROPERTY_SEEDS says, else those that found something.
  static let seeds =
    UInt64(ProcessInfo.processInfo.environment["MARTLET_PROPERTY_SEEDS"] ?? "").map { Array(1...$0) } ?? [1, 4, 8, 11]
  private static let birthDates = ["19400101", "19500202", "19600303", "19700404", "19800505"]

  private final class Run {
    let site: ReconciliationSite
    var model: ReconciliationModel
    /// `PatientRecord.id` and `Order.id` of what the model counts.
    var patients: [Int64] = []
    var orders: [Order] = []
    var sent: [TestInstance] = []
    var random: SeededGenerator

    init(_ engine: Engine, seed: UInt64) throws {
      site = try ReconciliationSite(engine)
      random = SeededGenerator(seed: seed)
      model = ReconciliationModel(
        people: birthDates.enumerated().map { .init(numbers: ["P\($0)"], name: "NAME\($0)^FIRST", birthDate: $1) })
      for person in model.people {
        patients.append(
          try site.department.register(
            PatientRecord(
              identifiers: [PatientIdentifier(person.numbers[0], issuer: "HIS")], name: person.name,
              birthDate: person.birthDate, sex: "F"), by: ReconciliationSite.his
          ).id)
      }
      for number in 0..<12 { try prepare(number) }
    }

    func pick(_ count: Int) -> Int { Int.random(in: 0..<count, using: &random) }

    /// A study: of an order, of a person without order, of a number that nobody has, and of the wrong entry of a list.
    private func prepare(_ number: Int) throws {
      let person = pick(model.people.count)
      let named = number % 6 == 5 ? (person + 1) % model.people.count : person
      let isUnknown = number % 6 == 4
      var order: Int?
      if number % 3 != 2 || number % 6 == 5 {
        let placed = try site.department.place(
          ReconciliationSite.order(UID("1.2.\(number + 1)")),
          for: PatientRecord(
            identifiers: [PatientIdentifier("P\(person)", issuer: "HIS")], name: model.people[person].name),
          by: ReconciliationSite.his)
        order = orders.count
        orders.append(placed)
        model.orders.append(person)
      }
      let who = isUnknown ? "U\(number)" : "P\(named)"
      let name = isUnknown ? "UNKNOWN^U\(number)" : model.people[named].name
      let birthDate = isUnknown ? "" : model.people[named].birthDate
      sent.append(
        try TestInstance(number + 1, 1, 1, pixels: 64) {
          $0.set(.patientID, .LO, who)
          $0.set(.patientName, .PN, name)
          $0.set(.patientBirthDate, .DA, birthDate)
          $0.set(.patientSex, .CS, "F")
        })
      model.studies.append(.init(number: who, name: name, birthDate: birthDate, order: order))
    }

    func act(_ step: Int) throws {
      let state = model.state
      let standing = model.people.indices.filter { state.stands($0) }
      let one = standing[pick(standing.count)]
      let department = site.department
      let clerk = ReconciliationSite.clerk
      switch pick(10) {
      case 0, 1: try arrive()
      case 2:
        let other = standing[pick(standing.count)]
        guard other != one else { return }
        _ = try department.mergePatient(patients[one], into: patients[other], by: clerk)
        try note(.merge(one, into: other))
      case 3:
        _ = try department.changePatient(id: patients[one], by: clerk) { $0.name = "STEP\(step)^NEW" }
        try note(.rename(one, "STEP\(step)^NEW"))
      case 4:
        let old = state.people[one].numbers[pick(state.people[one].numbers.count)]
        _ = try department.changePatient(id: patients[one], by: clerk) { patient in
          guard let place = patient.identifiers.firstIndex(where: { $0.value == old }) else { return }
          patient.identifiers[place] = PatientIdentifier("N\(step)", issuer: "HIS")
        }
        try note(.renumber(one, from: old, to: "N\(step)"))
      case 5:
        let unknown = model.studies.map(\.number).filter { $0.hasPrefix("U") && state.owner(of: $0) == nil }
        guard !unknown.isEmpty else { return }
        let number = unknown[pick(unknown.count)]
        // Who it is, is said before or after the images come.
        _ = try department.adopt(
          PatientIdentifier(number, issuer: "HIS"), name: "UNKNOWN^\(number)", forPatient: patients[one], by: clerk)
        try note(.adopt(one, number))
      case 6:
        let order = pick(orders.count)
        guard state.orders[order] != one else { return }
        _ = try department.moveOrder(.id(orders[order].id), toPatient: patients[one], by: clerk)
        try note(.move(order: order, to: one))
      case 7: try attach(state)
      default:
        guard !model.acts.isEmpty else { return }
        _ = try undo(pick(model.acts.count))
      }
    }

    private func arrive() throws {
      let waiting = model.studies.indices.filter { !model.studies[$0].hasArrived }
      guard !waiting.isEmpty else { return }
      let study = waiting[pick(waiting.count)]
      try site.send(sent[study])
      model.studies[study].hasArrived = true
    }

    private func attach(_ state: ReconciliationModel.State) throws {
      let arrived = model.studies.indices.filter { model.studies[$0].hasArrived }
      guard !arrived.isEmpty else { return }
      let study = arrived[pick(arrived.count)]
      let order = pick(orders.count)
      guard model.order(of: study, in: state) != order else { return }
      _ = try site.department.attach(
        study: sent[study].identity.study.rawValue, toExam: orders[order].procedures[0].id,
        by: ReconciliationSite.technologist)
      try note(.attach(study: study, order: order))
    }

    private func note(_ act: ReconciliationModel.Act) throws {
      var query = ReconciliationQuery()
      query.limit = 1
      model.acts.append((try #require(try site.department.reconciliations(matching: query).first).id, act))
    }

    /// - Returns: whether it was allowed.
    func undo(_ place: Int) throws -> Bool {
      do {
        _ = try site.department.undo(reconciliation: model.acts[place].id, by: ReconciliationSite.clerk)
      } catch let error as RadiologyError where error.code == .conflict {
        return false
      }
      model.acts.remove(at: place)
      return true
    }

    func compare(_ what: String) throws {
      try site.follow()
      model.link()
      let state = model.state
      for (index, person) in state.people.enumerated() where state.stands(index) {
        let record = try #require(try site.department.patient(id: patients[index]))
        #expect(record.mergedInto == nil && record.name == person.name, "\(what)")
        #expect(record.identifiers.map(\.value) == person.numbers, "\(what), person \(index)")
        for number in person.numbers {
          let found = try site.department.patient(PatientIdentifier(number, issuer: "HIS"))
          #expect(found?.id == patients[index], "\(what), \(number)")
        }
      }
      let taken = Set(model.studies.indices.compactMap { model.order(of: $0, in: state) })
      for (index, person) in state.orders.enumerated() {
        let order = try #require(try site.department.order(.id(orders[index].id)))
        #expect(order.patient == patients[person], "\(what), order \(index)")
        #expect(order.procedures[0].status == (taken.contains(index) ? .inRoom : .scheduled), "\(what), order \(index)")
      }
      for (index, study) in model.studies.enumerated() where study.hasArrived {
        let out = try site.outgoing(sent[index].identity.instance)
        let said = [out.string(.patientID), out.string(.patientName), out.string(.patientBirthDate)].map { $0 ?? "" }
        #expect(said == model.said(index, in: state), "\(what), study \(index)")
        let accession = state.attached[index].map { orders[$0].accession.value } ?? ""
        #expect(out.string(.accessionNumber) ?? "" == accession, "\(what), study \(index)")
        #expect(try site.bytes(sent[index].identity.instance) == sent[index].bytes, "\(what), study \(index)")
      }
    }
  }

  @Test(arguments: Engine.available, seeds)
  func departmentAndArchiveAreWhatTheModelSays(_ engine: Engine, _ seed: UInt64) throws {
    if engine == .postgresql, seed > 1 { return }
    let run = try Run(engine, seed: seed)
    for step in 1...Self.steps {
      try run.act(step)
      try run.compare("seed \(seed), step \(step)")
    }
    // From its end, everything can be undone; then all is as it came.
    while !run.model.acts.isEmpty {
      let act = run.model.acts[run.model.acts.count - 1].act
      #expect(try run.undo(run.model.acts.count - 1), "seed \(seed), \(act)")
      if run.model.acts.last?.act == act { break }
    }
    try run.compare("seed \(seed), all undone")
    let stored = try run.site.index.instances(InstanceSelection())
    #expect(!stored.isEmpty && stored.allSatisfy { $0.change == nil }, "seed \(seed)")
  }
}
