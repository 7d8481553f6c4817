// SPDX-License-Identifier: Apache-2.0

/// What a simulated time came to: every order is accounted for, or named.
struct HospitalReckoning: Encodable, Sendable {
  var orders = 0
  /// By what came between order and exam.
  var turns: [String: Int] = [:]
  /// By the state in which the server has the exam.
  var states: [String: Int] = [:]
  var instances = 0
  var reports = 0
  /// Accession numbers of orders that the server does not have.
  var lost: [String] = []
  /// Those that it has more than once.
  var doubled: [String] = []
  /// Those that are not as they should be, and why.
  var wrong: [String: String] = [:]
  /// What was refused on the way, each once.
  var failures: [String] = []

  static let maximumFailures = 200

  var isClean: Bool { lost.isEmpty && doubled.isEmpty && wrong.isEmpty && failures.isEmpty }

  mutating func fail(_ reason: String) {
    if failures.count < Self.maximumFailures { failures.append(reason) }
  }

  /// Compares an order with what the server has of it.
  mutating func account(_ one: HospitalCase, _ outcome: HospitalOutcome, found: [HospitalAPI.Exams.Item]) {
    guard let item = found.first else { return lost.append(one.accession) }
    guard found.count == 1 else { return doubled.append(one.accession) }
    states[item.exam.status, default: 0] += 1
    if !one.states.contains(item.exam.status) {
      wrong[one.accession] = "is \(item.exam.status), not \(one.states.sorted().joined(separator: " or "))"
    }
    if !item.patient.identifiers.contains(where: { $0.value == one.patient.id }) {
      wrong[one.accession] = "belongs to another patient than \(one.patient.id)"
    }
    let expected = one.turn.isExamined && one.last >= .examined ? 1 : 0
    let matched = item.studies.filter { $0.state == "matched" }
    if item.studies.count != expected || matched.count != expected {
      wrong[one.accession] =
        "has \(item.studies.count) studies, \(matched.count) matched, where \(expected) were made"
    } else if expected == 1, let study = matched.first, study.facts.instances < outcome.instances {
      wrong[one.accession] = "has \(study.facts.instances) of \(outcome.instances) instances"
    }
  }
}

/// What was done for one order.
struct HospitalOutcome: Sendable {
  var instances = 0
  var hasReport = false
}

extension HospitalCase {
  /// The states in which its exam may be in the end.
  var states: Set<String> {
    switch turn {
    case .cancelled: return ["cancelled"]
    case .noShow: return ["noShow"]
    default: break
    }
    switch last {
    case .ordered: return ["requested", "scheduled"]
    case .scheduled: return ["scheduled"]
    case .arrived: return ["arrived"]
    case .examined: return ["performed", "toRead"]
    case .dictated: return ["dictated"]
    case .toSign: return ["toSign"]
    case .validated: return ["validated", "sent"]
    }
  }
}
