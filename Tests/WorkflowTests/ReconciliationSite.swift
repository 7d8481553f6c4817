// SPDX-License-Identifier: Apache-2.0

import Archive
import DICOMCore
import DICOMDictionary
import DICOMFile
import Radiology
import SQLStore
import SQLTestKit
import SystemTestKit
import Testing
import Trust
import Workflow

/// A department and an archive over one database, the objects in memory.
final class ReconciliationSite {
  let department: Department
  let index: SQLInstanceIndex
  let archive: ImageArchive
  let corrections: Corrections
  let desk: ArrivalDesk
  private let temporary: TemporaryDatabase
  private var position: Int64 = 0

  static let clerk = Performer(name: "rita", role: .receptionist, origin: .web)
  static let technologist = Performer(name: "tom", role: .technologist, origin: .web)
  static let his = Performer(name: "HIS", origin: .hl7)

  init(_ engine: Engine) throws {
    temporary = try TemporaryDatabase(engine)
    try Schema.migrate(temporary.database)
    department = Department(store: SQLRadiologyStore(temporary.database))
    index = SQLInstanceIndex(temporary.database)
    archive = ImageArchive(
      index: index, store: MemoryObjectStore(), quarantine: MemoryQuarantine(), incidents: MemoryIncidentList(),
      options: ArchiveOptions(version: "1"))
    corrections = Corrections(archive: archive, index: index, records: MemoryRecordStore())
    _ = try archive.start()
    desk = ArrivalDesk(
      archive: archive, department: department, rules: SQLArrivalRuleDirectory(temporary.database),
      corrections: corrections, moment: { _ in .init(weekday: 1, minute: 600) })
  }

  /// An order of one exam with this Study Instance UID.
  static func order(_ study: UID) -> Order {
    var step = ScheduledProcedureStep()
    step.modality = "CT"
    step.start = LocalDateTime(date: "20260301", time: "090000")
    var procedure = RequestedProcedure()
    procedure.description = "CT"
    procedure.studyInstanceUID = study.rawValue
    procedure.steps = [step]
    var order = Order()
    order.procedures = [procedure]
    return order
  }

  func send(_ instance: TestInstance) throws {
    let sink = try archive.makeSink(source: InstanceSource(way: .dimse, sender: "CT1"))
    defer { sink.close() }
    guard case .stored = try instance.send(to: sink) else {
      Issue.record("\(instance.identity.instance) was not stored")
      return
    }
  }

  /// What the services of a running server do.
  func follow() throws {
    let events = try index.events(after: position, limit: 10_000)
    position = events.last?.sequence ?? position
    try desk.take(events)
    try desk.followReconciliations()
  }

  func bytes(_ instance: UID) throws -> [UInt8] {
    try archive.dataSetBytes(try #require(try index.instances(InstanceSelection(instances: [instance])).first))
  }

  /// The header as it goes out.
  func outgoing(_ instance: UID) throws -> DataSet {
    let stored = try #require(try index.instances(InstanceSelection(instances: [instance])).first)
    return try DataSetReader.read(
      archive.outgoingDataSet(of: stored), transferSyntax: TransferSyntax(stored.transferSyntax))
  }
}
