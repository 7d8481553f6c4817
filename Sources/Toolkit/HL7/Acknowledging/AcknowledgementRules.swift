// SPDX-License-Identifier: Apache-2.0

/// Which acknowledgements a message gets (HL7 v2.5.1 §2.9.2 original mode, §2.9.3 enhanced mode), as a table.
public struct AcknowledgementRules: Sendable, Hashable {
  /// What MSH-15 or MSH-16 asks for (table 0155).
  public enum Condition: String, Sendable, CaseIterable {
    case always = "AL"
    case never = "NE"
    case onError = "ER"
    case onSuccess = "SU"
  }

  /// Original or enhanced (chapter 2, §2.9.2 and §2.9.3).
  public enum Mode: Sendable, Hashable {
    /// MSH-15 and MSH-16 are both empty: one answer, after the application.
    case original
    case enhanced(accept: Condition, application: Condition)
  }

  /// What became of a message.
  public enum Outcome: Sendable, CaseIterable {
    /// It is kept, the application took it.
    case accepted
    /// It is kept, the application refused its content.
    case applicationError
    /// It is kept, the application does not take messages of this kind.
    case applicationReject
    /// It could not be kept.
    case commitError
    /// Its header says that it cannot be processed here: type, version or processing ID.
    case commitReject
  }

  public let mode: Mode

  public init(mode: Mode) { self.mode = mode }

  /// By MSH-15 and MSH-16. A value that table 0155 lacks is read as AL: an answer too many does no harm.
  public init(_ header: MessageHeader) {
    let (accept, application) = (header.acceptAcknowledgement, header.applicationAcknowledgement)
    guard !accept.isEmpty || !application.isEmpty else {
      mode = .original
      return
    }
    func condition(_ value: String) -> Condition { value.isEmpty ? .never : Condition(rawValue: value) ?? .always }
    mode = .enhanced(accept: condition(accept), application: condition(application))
  }

  /// The row of an outcome: accept level code, application level code, code of original mode.
  static let table:
    [Outcome: (accept: Acknowledgement.Code, application: Acknowledgement.Code?, original: Acknowledgement.Code)] = [
      .accepted: (.commitAccept, .accept, .accept),
      .applicationError: (.commitAccept, .error, .error),
      .applicationReject: (.commitAccept, .reject, .reject),
      .commitError: (.commitError, nil, .error),
      .commitReject: (.commitReject, nil, .reject),
    ]

  /// The codes to answer with, in order.
  public func answers(to outcome: Outcome) -> [Acknowledgement.Code] {
    guard let row = Self.table[outcome] else { return [] }
    guard case .enhanced(let accept, let application) = mode else { return [row.original] }
    var codes: [Acknowledgement.Code] = []
    if Self.wants(accept, row.accept == .commitAccept) { codes.append(row.accept) }
    if let code = row.application, Self.wants(application, code == .accept) { codes.append(code) }
    return codes
  }

  private static func wants(_ condition: Condition, _ succeeded: Bool) -> Bool {
    switch condition {
    case .always: true
    case .never: false
    case .onError: !succeeded
    case .onSuccess: succeeded
    }
  }
}
