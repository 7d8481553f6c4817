// SPDX-License-Identifier: Apache-2.0

import DICOMCore
import DICOMDictionary
import DICOMServices
public import Radiology

/// What every `UnifiedProcedureStepStore` has to do.
public enum UnifiedProcedureStepSuite {
  public typealias Case = ConformanceCase<any UnifiedProcedureStepStore>

  private struct Stop: Error {}

  public static let cases: [Case] = steps + subscriptions + events

  private static let steps: [Case] = [
    Case("keeps steps as they were created and changed") { store in
      var record = step("1.2.1")
      try expect(try store.write { try $0.add(record) }, true)
      try expect(try kept("1.2.1", store), record)
      try expect(try kept("1.2.2", store), nil)
      try expect(try store.write { try $0.add(step("1.2.1", patient: "OTHER")) }, false)
      record.step = UnifiedProcedureStep(
        attributes: record.step.attributes, state: .inProgress, transactionUID: "1.9")
      record.performer = "CAD"
      record.changedAt = 50
      try store.write { try $0.update(record) }
      try expect(try kept("1.2.1", store), record)
      try expect(try store.read { try $0.stepCount() }, 1)
    },
    Case("changes nothing where a transaction fails") { store in
      do {
        try store.write { tables in
          _ = try tables.add(step("1.2.1"))
          _ = try tables.addOwed(report("1.2.1"), to: "A")
          throw Stop()
        }
        throw ConformanceFailure(description: "an error was not passed on")
      } catch is Stop {}
      try expect(try store.read { try $0.stepCount() }, 0)
      try expect(try store.read { try $0.awaiting() }, [])
    },
    Case("selects by state, instance, patient and worklist, in the order of creation") { store in
      try store.write { tables in
        for number in [3, 1, 2, 4] {
          let state: UnifiedProcedureStepState = number == 2 ? .completed : .scheduled
          _ = try tables.add(
            step(
              UID("1.2.\(number)"), patient: number == 1 ? "P1" : "P2", label: number == 4 ? "CT" : "MR", state: state))
        }
      }
      func found(limit: Int = 10, _ set: (inout UnifiedProcedureStepSelection) -> Void) throws -> [String] {
        var selection = UnifiedProcedureStepSelection()
        set(&selection)
        var found: [String] = []
        try store.read { tables in
          try tables.steps(selection) { record in
            found.append(record.sopInstance.rawValue)
            return found.count < limit
          }
        }
        return found
      }
      try expect(try found { _ in }, ["1.2.3", "1.2.1", "1.2.2", "1.2.4"])
      try expect(try found(limit: 2) { _ in }, ["1.2.3", "1.2.1"])
      try expect(try found { $0.states = [.completed, .canceled] }, ["1.2.2"])
      try expect(try found { $0.sopInstances = ["1.2.4", "1.2.9", "1.2.3"] }, ["1.2.3", "1.2.4"])
      try expect(try found { $0.patientID = "P1" }, ["1.2.1"])
      try expect(
        try found {
          $0.patientID = "P2"
          $0.worklistLabel = "MR"
        }, ["1.2.3", "1.2.2"])
    },
    Case("removes what has ended long ago, but for what is locked") { store in
      try store.write { tables in
        for (number, state) in [(1, UnifiedProcedureStepState.completed), (2, .canceled), (3, .scheduled)] {
          _ = try tables.add(step(UID("1.2.\(number)"), state: state))
          try tables.subscribe("A", to: UID("1.2.\(number)"), hasDeletionLock: number == 2)
        }
      }
      try expect(try store.write { try $0.removeFinalSteps(before: 20, limit: 10) }, 0, "what is not old")
      try expect(try store.write { try $0.removeFinalSteps(before: 21, limit: 10) }, 1)
      try expect(try kept("1.2.1", store), nil)
      try expect(try store.read { try $0.subscribers(of: "1.2.1") }, [])
      try store.write { try $0.subscribe("A", to: "1.2.2", hasDeletionLock: false) }
      try expect(try store.write { try $0.removeFinalSteps(before: 21, limit: 10) }, 1)
      try expect(try store.read { try $0.stepCount() }, 1)
    },
  ]

  private static let subscriptions: [Case] = [
    Case("keeps who is subscribed to a step") { store in
      try store.write { tables in
        _ = try tables.add(step("1.2.1"))
        _ = try tables.add(step("1.2.2"))
        try tables.subscribe("B", to: "1.2.1", hasDeletionLock: true)
        try tables.subscribe("A", to: "1.2.1", hasDeletionLock: false)
        try tables.subscribe("A", to: "1.2.9", hasDeletionLock: false)
        try expect(try tables.subscribers(of: "1.2.1"), ["A", "B"])
        try expect(try tables.subscribers(of: "1.2.9"), [])
        try expect(try tables.deletionLock(of: "B", on: "1.2.1"), true)
        try expect(try tables.deletionLock(of: "A", on: "1.2.1"), false)
        try expect(try tables.deletionLock(of: "A", on: "1.2.2"), nil)
        try tables.subscribe("B", to: "1.2.1", hasDeletionLock: false)
        try expect(try tables.deletionLock(of: "B", on: "1.2.1"), false)
        try expect(try tables.unsubscribe("B", from: "1.2.1"), true)
        try expect(try tables.unsubscribe("B", from: "1.2.1"), false)
      }
      try expect(try store.read { try $0.subscribers(of: "1.2.1") }, ["A"])
    },
    Case("subscribes to all, and leaves locks where they are") { store in
      try store.write { tables in
        _ = try tables.add(step("1.2.1"))
        _ = try tables.add(step("1.2.2"))
        try tables.subscribe("A", to: "1.2.1", hasDeletionLock: true)
        try tables.subscribeToAll("A", hasDeletionLock: false)
        try expect(try tables.deletionLock(of: "A", on: "1.2.1"), true)
        try expect(try tables.deletionLock(of: "A", on: "1.2.2"), false)
        try tables.subscribeToAll("A", hasDeletionLock: true)
        try expect(try tables.deletionLock(of: "A", on: "1.2.2"), true)
        try tables.subscribeToAll("B", hasDeletionLock: false)
        try expect(try tables.unsubscribeFromAll("A"), 2)
        try expect(try tables.subscribers(of: "1.2.2"), ["B"])
      }
    },
    Case("keeps global subscriptions, one of each kind for an AE") { store in
      var filter = DataSet()
      filter.set(.worklistLabel, .LO, "CT")
      let plain = GlobalSubscription(receivingAE: "A", hasDeletionLock: false)
      let filtered = GlobalSubscription(receivingAE: "A", hasDeletionLock: true, filter: filter)
      let other = GlobalSubscription(receivingAE: "B", hasDeletionLock: true)
      try store.write { tables in
        for each in [other, filtered, plain] { try tables.setGlobalSubscription(each) }
      }
      try expect(try store.read { try $0.globalSubscriptions() }, [plain, filtered, other])
      var locked = plain
      locked.hasDeletionLock = true
      try store.write { try $0.setGlobalSubscription(locked) }
      try expect(try store.read { try $0.globalSubscriptions() }, [locked, filtered, other])
      try expect(try store.write { try $0.removeGlobalSubscriptions(of: "A", isFiltered: true) }, 1)
      try expect(try store.write { try $0.removeGlobalSubscriptions(of: "A", isFiltered: true) }, 0)
      try expect(try store.write { try $0.removeGlobalSubscriptions(of: "A", isFiltered: nil) }, 1)
      try expect(try store.read { try $0.globalSubscriptions() }, [other])
    },
  ]

  private static let events: [Case] = [
    Case("keeps what is owed, in its order, until it is removed") { store in
      let ids = try store.write { tables in
        try [("A", "1.2.1"), ("B", "1.2.1"), ("A", "1.2.2")].map {
          try tables.addOwed(report(UID($0.1)), to: $0.0)
        }
      }
      try expect(ids, ids.sorted())
      try expect(try store.read { try $0.awaiting() }, ["A", "B"])
      try expect(try store.read { try $0.owed(to: "A", limit: 10) }, [ids[0], ids[2]])
      try expect(try store.read { try $0.owed(to: "A", limit: 1) }, [ids[0]])
      try expect(try store.read { try $0.owedCount(to: "A") }, 2)
      try expect(try store.read { try $0.owedCount(to: "C") }, 0)
      try expect(
        try owed(ids[2], store), OwedEvent(id: ids[2], receivingAE: "A", event: report("1.2.2")))
      try store.write { try $0.removeOwed(ids[1]) }
      try expect(try owed(ids[1], store), nil)
      try expect(try store.read { try $0.awaiting() }, ["A"])
    }
  ]

  private static func kept(
    _ instance: UID, _ store: any UnifiedProcedureStepStore
  ) throws -> UnifiedProcedureStepRecord? {
    try store.read { try $0.step(instance) }
  }

  private static func owed(_ id: Int64, _ store: any UnifiedProcedureStepStore) throws -> OwedEvent? {
    try store.read { try $0.owed(id) }
  }

  private static func report(_ instance: UID) -> UnifiedProcedureStepEvent {
    var information = DataSet()
    information.set(.procedureStepState, .CS, "SCHEDULED")
    return UnifiedProcedureStepEvent(.stateReport, of: instance, information)
  }

  private static func step(
    _ instance: UID, patient: String = "P1", label: String = "MR", state: UnifiedProcedureStepState = .scheduled
  ) -> UnifiedProcedureStepRecord {
    var attributes = DataSet(inheritedCharacterSet: .default)
    attributes.set(.specificCharacterSet, .CS, "ISO_IR 100")
    attributes.set(.sopInstanceUID, instance)
    attributes.set(.patientName, .PN, "MÜLLER^EVA")
    attributes.set(.patientID, .LO, patient)
    attributes.set(.worklistLabel, .LO, label)
    return UnifiedProcedureStepRecord(
      sopInstance: instance,
      step: UnifiedProcedureStep(attributes: attributes, state: state, transactionUID: state.isFinal ? "1.8" : nil),
      source: "RIS", createdAt: 10, changedAt: 20)
  }
}
