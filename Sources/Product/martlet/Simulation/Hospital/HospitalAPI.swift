// SPDX-License-Identifier: Apache-2.0

import Foundation
import MartletServer
import Radiology

/// The department's API as the simulated staff uses it.
struct HospitalAPI: Sendable {
  /// Scheme, host and port.
  var address: String
  /// Bearer token of somebody who receives and examines patients.
  var technologist: String
  /// Bearer token of a radiologist.
  var radiologist: String
  /// Bearer token of somebody who may set the clock of a server for practice; nil leaves it alone.
  var administrator: String?

  struct Exams: Decodable, Sendable {
    struct View: Decodable, Sendable { var exam: Item }
    struct Item: Decodable, Sendable {
      var patient: Patient
      var order: Order
      var exam: Exam
      var studies: [Link]
    }
    struct Patient: Decodable, Sendable { var identifiers: [Number] }
    struct Number: Decodable, Sendable { var value: String }
    struct Order: Decodable, Sendable { var accession: Number }
    struct Exam: Decodable, Sendable {
      var id: Int64
      var status: String
    }
    struct Link: Decodable, Sendable {
      struct Facts: Decodable, Sendable { var instances: Int }
      var state: String
      var facts: Facts
    }
    var total: Int
    var exams: [View]
  }

  struct Content: Encodable, Sendable {
    struct Section: Encodable, Sendable {
      var key: String
      var title: String
      var text: String
    }
    var language = "en"
    var sections: [Section]

    init(_ text: SimulatedReports.Text, question: String) {
      sections = [
        Section(key: "indication", title: "Indication", text: question),
        Section(key: "findings", title: "Findings", text: text.findings),
        Section(key: "impression", title: "Impression", text: text.impression),
      ]
    }
  }

  private struct Report: Encodable {
    var command: String
    var content: Content?
    var basedOn: Int
    var reason: String?
  }
  private struct Command: Encodable { var command: String }

  /// The exams of an order.
  func exams(_ accession: String) async throws -> [Exams.Item] {
    let data = try await ask("api/v1/exams?search=\(accession)&limit=20", technologist, nil)
    return try JSONDecoder().decode(Exams.self, from: data).exams.map(\.exam)
      .filter { $0.order.accession.value == accession }
  }

  func perform(_ command: String, exam: Int64) async throws {
    _ = try await ask(
      "api/v1/exams/\(exam)/commands", technologist, try JSONEncoder().encode(Command(command: command)))
  }

  func report(_ command: String, exam: Int64, _ content: Content?, basedOn: Int, reason: String? = nil) async throws {
    let body = Report(command: command, content: content, basedOn: basedOn, reason: reason)
    _ = try await ask("api/v1/exams/\(exam)/report", radiologist, try JSONEncoder().encode(body))
  }

  private struct Moment: Encodable {
    var moment: Int64?

    private enum CodingKeys: CodingKey { case moment }

    func encode(to encoder: any Encoder) throws {
      var values = encoder.container(keyedBy: CodingKeys.self)
      try values.encode(moment, forKey: .moment)
    }
  }

  /// Lets the department's clock stand at a time, at most that of the system; nil lets it go.
  func setClock(_ time: LocalDateTime?) async throws {
    guard let administrator else { return }
    let now = DepartmentOptions.systemTime()
    let moment = time.map { wanted -> Int64 in
      func shifted(_ moment: Int64) -> Int64 {
        moment + (wanted.minute - LocalDateTime(microseconds: moment).minute) * 60_000_000
      }
      // Twice, since the clocks may be put forward between now and then.
      return min(now, shifted(shifted(now)))
    }
    _ = try await ask(
      "api/v1/practice-clock", administrator, try JSONEncoder().encode(Moment(moment: moment)), method: "PUT")
  }

  private func ask(
    _ path: String, _ token: String, _ body: Data?, method: String = "POST"
  ) async throws -> Data {
    var request = OutgoingRequest("\(address)/\(path)")
    guard request.isAddress else { throw SimulationFailure(description: "\(address) is no address") }
    request.headers = [("Authorization", "Bearer \(token)")]
    if let body {
      request.method = method
      request.headers.append(("Content-Type", "application/json"))
      request.body = Array(body)
    }
    let answer = try await request.answer()
    let data = Data(answer.body)
    guard (200..<300).contains(answer.status) else {
      throw SimulationFailure(
        description: "\(path): \(answer.status) \(String(decoding: data.prefix(300), as: UTF8.self))")
    }
    return data
  }
}
