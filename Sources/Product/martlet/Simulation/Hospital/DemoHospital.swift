// SPDX-License-Identifier: Apache-2.0

import FileCommands
import Foundation
import HL7Gateway
import Logging
import MartletServer
import Radiology
import Trust

/// The hospital of `martlet serve --demo`: people who do not exist, a week that has passed, and gentle traffic.
struct DemoHospital: Sendable {
  /// Marks a folder as one of a demonstration.
  private static let marker = "demonstration"
  private static let people: [(name: String, role: Role, shown: String)] = [
    ("admin", .administrator, "Alma Admin"), ("radiologist", .radiologist, "Rosa Reader"),
    ("technologist", .technologist, "Theo Tech"), ("receptionist", .receptionist, "Rita Desk"),
    ("secretary", .secretary, "Sven Scribe"), ("clinician", .clinician, "Cleo Clinic"),
    ("manager", .manager, "Mara Manager"),
  ]
  /// Days that have passed, and orders of each that is a working day.
  private static let (days, ordersPerDay) = (20, 4)
  /// Orders of these hours, in all their states.
  private static let open = 11
  private static let (images, reduction) = (16, 4)
  /// Between two patients, once the week has passed.
  private static let pause = Duration.seconds(45)

  let folder: DataFolder
  /// Of all people, made anew at each start.
  let password: String
  private let furnished: DemoDepartment
  private let technologist: String
  private let radiologist: String
  private let administrator: String

  /// A folder for one demonstration, which is gone with the temporary files of the system.
  static func temporaryFolder() throws -> DataFolder {
    let parent = FileManager.default.temporaryDirectory.appendingPathComponent("martlet-demo-\(UUID().uuidString)")
    return try DataFolder(path: parent.path)
  }

  /// Prepares people and their tokens.
  /// - Throws: where the folder holds something that is no demonstration.
  init(_ folder: DataFolder) throws {
    self.folder = folder
    let marker = folder.file(Self.marker)
    let present = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
    guard present.isEmpty || FileManager.default.fileExists(atPath: marker) else {
      throw CommandFailure("\(folder.path) holds data of its own; a demonstration needs an empty folder")
    }
    try folder.create()
    try "invented people and pictures\n".write(toFile: marker, atomically: true, encoding: .utf8)
    let database = try ServerDatabase(folder)
    password = String(Secret.random().text.prefix(16))
    let hash = try PasswordHash(password: password).text
    for person in Self.people {
      try database.accounts.save(
        Account(
          name: person.name, displayName: person.shown, role: person.role, passwordHash: hash, createdAt: Clock.now()))
    }
    furnished = DemoDepartment(department: database.department)
    try furnished.furnish()
    technologist = try Self.token("technologist", database)
    radiologist = try Self.token("radiologist", database)
    administrator = try Self.token("admin", database)
  }

  private static func token(_ name: String, _ database: ServerDatabase) throws -> String {
    let secret = Secret.random()
    let now = Clock.now()
    try database.credentials.save(
      Credential(
        kind: .bearer, digest: secret.digest, accountName: name, label: "demonstration", createdAt: now,
        lastUsedAt: now, expiresAt: nil))
    return secret.text
  }

  var greeting: String {
    "A demonstration with invented people. Sign in as \(Self.people.map(\.name).joined(separator: ", ")); "
      + "password \(password)"
  }

  /// Lets the weeks pass on a clock of their own, then one patient after another come, until the task is cancelled.
  func run(at addresses: MartletServer.Addresses, aeTitle: String, logger: Logger) async {
    do {
      var hospital = try hospital(addresses, aeTitle: aeTitle)
      let now = DepartmentOptions.systemLocalTime()
      let midnight = LocalDateTime(minute: now.minute / 1440 * 1440)
      var plan = HospitalPlan(
        first: LocalDateTime(minute: midnight.minute - Int64(Self.days) * 1440), days: Self.days + 1,
        ordersPerDay: Self.ordersPerDay, ordersOfLastDay: Self.open, prefix: SimulateHospital.prefix(),
        seed: UInt64.random(in: 1...UInt64.max))
      plan.leaveOpen(from: midnight, now: now)
      // First what a visitor looks for.
      let parts = plan.parts
      tell(await hospital.run(parts.open, facility: SimulateHospital.prefix()), logger)
      try furnished.raiseCriticalResults()
      tell(await hospital.run(parts.done, facility: SimulateHospital.prefix()), logger)
      hospital.api.administrator = nil
      var first = 0
      while !Task.isCancelled {
        try await Task.sleep(for: Self.pause)
        let now = DepartmentOptions.systemLocalTime()
        var next = HospitalPlan(
          first: now, days: 1, ordersPerDay: 1, prefix: SimulateHospital.prefix(),
          seed: UInt64.random(in: 1...UInt64.max))
        next.leaveOpen(from: LocalDateTime(minute: 0), now: now, beginningWith: first)
        first += 1
        tell(await hospital.run(next, facility: SimulateHospital.prefix()), logger)
      }
    } catch is CancellationError {
      return
    } catch {
      logger.error("the demonstration ends: \(error)")
    }
  }

  private func hospital(_ addresses: MartletServer.Addresses, aeTitle: String) throws -> HospitalRun {
    func port(_ text: String) -> Int? { text.split(separator: ":").last.flatMap { Int($0) } }
    guard let dicom = port(addresses.dicom), let hl7 = port(addresses.hl7),
      let web = addresses.web.first(where: { $0.hasPrefix("http://") })
    else { throw CommandFailure("a demonstration needs HTTP on this machine") }
    return HospitalRun(
      modalities: try SimulateHospital.modalities(
        "127.0.0.1", dicom, called: aeTitle, Self.images, Self.reduction),
      hl7: MLLPClient.Options(host: "127.0.0.1", port: hl7),
      api: HospitalAPI(
        address: web, technologist: technologist, radiologist: radiologist, administrator: administrator),
      speed: 0, hands: 2)
  }

  private func tell(_ reckoning: HospitalReckoning, _ logger: Logger) {
    if Task.isCancelled { return }
    logger.info("demonstration: \(reckoning.orders) orders, \(reckoning.reports) reports")
    for failure in reckoning.failures + reckoning.wrong.map({ "\($0.key) \($0.value)" }) + reckoning.lost {
      logger.warning("demonstration: \(failure)")
    }
  }
}
