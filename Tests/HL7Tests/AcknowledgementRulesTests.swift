// SPDX-License-Identifier: Apache-2.0

import HL7
import Testing

@Suite struct AcknowledgementRulesTests {
  typealias Outcome = AcknowledgementRules.Outcome
  typealias Code = Acknowledgement.Code

  private func answers(_ accept: String, _ application: String, _ outcome: Outcome) throws -> [Code] {
    let text = "MSH|^~\\&|A|B|C|D|2026||ADT^A01|1|P|2.5.1|||\(accept)|\(application)"
    return AcknowledgementRules(try MessageHeader(message: Array(text.utf8))).answers(to: outcome)
  }

  @Test func originalModeAnswersOnce() throws {
    let expected: [(Outcome, Code)] = [
      (.accepted, .accept), (.applicationError, .error), (.applicationReject, .reject), (.commitError, .error),
      (.commitReject, .reject),
    ]
    for (outcome, code) in expected { #expect(try answers("", "", outcome) == [code]) }
  }

  /// HL7 v2.5.1 §2.9.3: each condition of table 0155 against each outcome.
  @Test(arguments: [
    (
      "AL", "AL",
      [
        [Code.commitAccept, .accept], [.commitAccept, .error], [.commitAccept, .reject], [.commitError],
        [.commitReject],
      ]
    ),
    ("AL", "NE", [[.commitAccept], [.commitAccept], [.commitAccept], [.commitError], [.commitReject]]),
    ("NE", "AL", [[.accept], [.error], [.reject], [], []]),
    ("ER", "SU", [[.accept], [], [], [.commitError], [.commitReject]]),
    ("SU", "ER", [[.commitAccept], [.commitAccept, .error], [.commitAccept, .reject], [], []]),
    ("AL", "", [[.commitAccept], [.commitAccept], [.commitAccept], [.commitError], [.commitReject]]),
    ("??", "", [[.commitAccept], [.commitAccept], [.commitAccept], [.commitError], [.commitReject]]),
    ("NE", "NE", [[], [], [], [], []]),
  ])
  func enhancedMode(accept: String, application: String, expected: [[Code]]) throws {
    for (outcome, codes) in zip(Outcome.allCases, expected) {
      #expect(try answers(accept, application, outcome) == codes, "\(outcome)")
    }
  }

  @Test(arguments: [
    ("2.3.1", "ERR|PID^1^3^101&Required field missing&HL70357\r"),
    ("2.5.1", "ERR||PID^1^3^1^1|101^Required field missing^HL70357|E|||no ID\\T\\|no ID\\T\\\r"),
  ])
  func errorsAreToldAsTheVersionHasThem(version: String, segment: String) throws {
    let header = try MessageHeader(message: Array("MSH|^~\\&|A|B|C|D|2026||ADT^A01|1|P|\(version)".utf8))
    let place = Location(segment: "PID", field: 3, component: version == "2.5.1" ? 1 : nil)
    let error = HL7Error(.requiredFieldMissing, "no ID&", at: place)
    let answer = Acknowledgement(.error, text: "no ID", errors: [error]).encode(
      answering: header, controlID: "2", timestamp: "2026")
    let text = String(decoding: answer, as: UTF8.self)
    #expect(text.hasSuffix("MSA|AE|1|no ID\r" + segment))
    let received = try ReceivedAcknowledgement(Message(parsing: answer))
    #expect(received.code == .error && received.controlID == "1" && received.verdict == .refused)
    #expect(received.text.contains("no ID"))
  }

  @Test func answersWithoutMSAAreNone() throws {
    for lines in ["PID|1", "MSA|XX|1", "MSA"] {
      let answer = try message("MSH|^~\\&|A|B|C|D|2026||ACK|1|P|2.5.1", lines)
      #expect(throws: HL7Error.self) { try ReceivedAcknowledgement(answer) }
    }
  }
}
