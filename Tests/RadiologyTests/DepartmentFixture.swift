// SPDX-License-Identifier: Apache-2.0

import Radiology
import SQLStore
import SQLTestKit
import Synchronization
import Trust

/// A department over a database of its own, with a clock that goes on by a second with each look.
final class DepartmentFixture: Sendable {
  let department: Department
  let store: SQLRadiologyStore
  private let temporary: TemporaryDatabase

  static let clerk = Performer(name: "rita", role: .receptionist, origin: .web)
  static let technologist = Performer(name: "tom", role: .technologist, origin: .web)
  static let radiologist = Performer(name: "ada", role: .radiologist, origin: .web)
  static let his = Performer(name: "HIS", origin: .hl7, cause: "MSG1")

  init(_ engine: Engine = .sqlite, pattern: String = "{yy}{mm}{dd}{n:5}") throws {
    temporary = try TemporaryDatabase(engine)
    try Schema.migrate(temporary.database)
    store = SQLRadiologyStore(temporary.database)
    let clock = Atomic<Int64>(1_700_000_000_000_000)
    let uids = Atomic<Int>(0)
    var options = DepartmentOptions(
      makeUID: { "2.25.\(uids.add(1, ordering: .relaxed).newValue)" },
      now: { clock.add(1_000_000, ordering: .relaxed).newValue },
      localTime: { LocalDateTime(minute: 29_000_000) })
    options.accessionPattern = try NumberPattern(pattern)
    department = Department(store: store, options: options)
  }

  static func patient(_ name: String = "Dupont^Marie", _ id: String = "P1", _ issuer: String = "HIS") -> PatientRecord {
    PatientRecord(identifiers: [PatientIdentifier(id, issuer: issuer)], name: name, birthDate: "19700102", sex: "F")
  }

  /// An order for one CT with one step.
  static func order(at start: String? = nil, placer: String = "", accession: String = "") -> Order {
    var step = ScheduledProcedureStep()
    step.modality = "CT"
    step.station.aeTitles = ["CT1"]
    step.start = start.flatMap { LocalDateTime(date: String($0.prefix(8)), time: String($0.dropFirst(8))) }
    step.minutes = 20
    var procedure = RequestedProcedure()
    procedure.description = "CT thorax"
    procedure.codes = [CodedElement("CTTHO", "99M", "CT thorax")]
    procedure.steps = [step]
    var order = Order()
    order.placer = OrderNumber(placer, issuer: placer.isEmpty ? "" : "HIS")
    order.accession = OrderNumber(accession)
    order.request.referringPhysician = "House^Gregory"
    order.request.reason = "Cough"
    order.procedures = [procedure]
    return order
  }
}
