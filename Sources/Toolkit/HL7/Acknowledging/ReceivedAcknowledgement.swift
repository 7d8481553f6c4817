// SPDX-License-Identifier: Apache-2.0

/// What a receiver answered to a message of ours: MSA, and ERR where it tells more.
public struct ReceivedAcknowledgement: Sendable, Hashable {
  public let code: Acknowledgement.Code
  /// MSA-2.
  public let controlID: String
  /// MSA-3 and the texts of ERR.
  public let text: String

  /// Reads an answer; throws where it has no MSA that says something.
  public init(_ message: Message) throws(HL7Error) {
    guard let segment = message.first("MSA") else {
      throw HL7Error(.segmentSequence, "the answer has no MSA", at: Location(segment: "MSA"))
    }
    guard let code = Acknowledgement.Code(rawValue: segment[1].value.uppercased()) else {
      throw HL7Error(
        .tableValueNotFound, "MSA-1 is \(segment[1].text)", at: Location(segment: "MSA", field: 1))
    }
    self.code = code
    controlID = segment[2].value
    var texts = [segment[3].text]
    for error in message.all("ERR") {
      texts += [error[3][2].value, error[8].text, error[7].text, error[1].text].filter { !$0.isEmpty }.prefix(2)
    }
    text = texts.filter { !$0.isEmpty }.joined(separator: "; ")
  }

  /// What the sender does next (HL7 v2.5.1 §2.9.2.3, §2.9.3.4).
  public enum Verdict: Sendable, Hashable {
    case delivered
    /// The receiver could not take it now.
    case retry
    /// Sending it again unchanged would fail again: a person looks at it.
    case refused
  }

  /// AA and CA deliver, CE asks to try later; the others tell that the content or the kind is not taken.
  public var verdict: Verdict {
    switch code {
    case .accept, .commitAccept: .delivered
    case .error, .reject, .commitReject: .refused
    case .commitError: .retry
    }
  }
}
