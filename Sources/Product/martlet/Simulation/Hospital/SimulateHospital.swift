// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import FileCommands
import Foundation
import HL7Gateway
import Radiology

/// A whole hospital around a server.
struct SimulateHospital: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "hospital",
    abstract: "Play a hospital: admissions, orders, merges, modalities, readers; and account for every order.",
    discussion: """
      A HIS admits, orders, moves, cancels and merges by HL7; modalities take their worklist, tell of their steps and \
      send images; readers dictate, sign and validate by the API. In the end every order is looked up: none may be \
      lost, none doubled, each has to be where it should. Exit code 1 when one is not, or when anything was refused.
      Tokens of a technologist and a radiologist come from MARTLET_TECHNOLOGIST_TOKEN and MARTLET_RADIOLOGIST_TOKEN. \
      With one of an administrator in MARTLET_ADMINISTRATOR_TOKEN, and the setting practiceClock at the server, the \
      department's clock goes along: what is played stands on its own day, one patient after another. Without, the \
      server says of all of it that it happened now.
      """)

  @OptionGroup var peer: PeerOptions
  @Option(help: "HL7 port of the same host.") var hl7Port = 2575
  @Option(help: "Address of the server's API.") var web = "http://127.0.0.1:8080"
  @Option(help: "Days that are played; the last is today.") var days = 7
  @Option(help: "Orders of a working day.") var ordersPerDay = 40
  @Option(help: "Simulated seconds in a second; 0 for as fast as the server goes.") var speed = 0.0
  @Option(help: "Patients who are treated at the same time.") var hands = 4
  @Option(help: "Images of each study.") var images = 4
  @Option(help: "Divides rows and columns, for smaller images.") var reduction = 8
  @Option(help: "Plays the same patients again.") var seed: UInt64?

  func validate() throws {
    guard (1...365).contains(days), (1...10_000).contains(ordersPerDay) else {
      throw ValidationError("Days are 1 to 365, orders of a day 1 to 10000.")
    }
    guard (1...64).contains(hands), speed >= 0, (1...65535).contains(hl7Port) else {
      throw ValidationError("Hands are 1 to 64, the speed is not negative, a port is 1 to 65535.")
    }
  }

  func run() async throws {
    let environment = ProcessInfo.processInfo.environment
    guard let technologist = environment["MARTLET_TECHNOLOGIST_TOKEN"],
      let radiologist = environment["MARTLET_RADIOLOGIST_TOKEN"]
    else { throw ValidationError("MARTLET_TECHNOLOGIST_TOKEN and MARTLET_RADIOLOGIST_TOKEN are needed.") }
    let run = HospitalRun(
      modalities: try Self.modalities(peer.host, peer.port, called: peer.called, images, reduction),
      hl7: MLLPClient.Options(host: peer.host, port: hl7Port),
      api: HospitalAPI(
        address: web, technologist: technologist, radiologist: radiologist,
        administrator: environment["MARTLET_ADMINISTRATOR_TOKEN"]), speed: speed, hands: hands)
    // A server that has no such clock says so at once.
    try await run.api.setClock(nil)
    let today = DepartmentOptions.systemLocalTime()
    let first = LocalDateTime(minute: today.minute - Int64(days - 1) * 1440)
    let seed = seed ?? UInt64.random(in: 1...UInt64.max)
    let prefix = Self.prefix()
    let plan = HospitalPlan(first: first, days: days, ordersPerDay: ordersPerDay, prefix: prefix, seed: seed)
    let reckoning = await run.run(plan, facility: prefix)
    try show(reckoning)
    if !reckoning.isClean { throw ExitCode(1) }
  }

  /// Numbers that no other run has: seconds since a day of 2020, to the base of 36.
  static func prefix() -> String {
    "S" + String(UInt64(Date().timeIntervalSince1970 * 10) - 15_778_368_000, radix: 36, uppercase: true)
  }

  /// The modalities as a hospital has them.
  static func modalities(
    _ host: String, _ port: Int, called: String, _ images: Int, _ reduction: Int
  ) throws -> SimulateModalities {
    try SimulateModalities.parse([
      host, "\(port)", "--called", called, "--worklist", "--mpps", "--commit", "--images", "\(images)", "--reduction",
      "\(reduction)",
    ])
  }

  private func show(_ reckoning: HospitalReckoning) throws {
    if peer.json { return try printJSON(reckoning) }
    func line(_ counts: [String: Int]) -> String {
      counts.sorted { $0.key < $1.key }.map { "\($0.value) \($0.key)" }.joined(separator: ", ")
    }
    print("\(reckoning.orders) orders: \(line(reckoning.turns))")
    print("\(reckoning.instances) instances, \(reckoning.reports) reports; exams: \(line(reckoning.states))")
    print("\(reckoning.lost.count) lost, \(reckoning.doubled.count) doubled, \(reckoning.wrong.count) wrong")
    for accession in reckoning.lost { complain("lost: \(accession)") }
    for accession in reckoning.doubled { complain("doubled: \(accession)") }
    for (accession, reason) in reckoning.wrong.sorted(by: { $0.key < $1.key }) { complain("\(accession) \(reason)") }
    for failure in reckoning.failures { complain(failure) }
  }
}
