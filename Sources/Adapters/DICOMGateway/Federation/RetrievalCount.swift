// SPDX-License-Identifier: Apache-2.0

import DICOMNetwork
import DICOMServices

/// How far a C-GET or C-MOVE that we asked for is, as the responses say (PS3.4 tables C.4-2 and C.4-3).
struct RetrievalCount {
  private(set) var completed = 0
  private(set) var failed = 0
  private(set) var warned = 0
  private(set) var remaining = 0
  private(set) var status = DIMSEStatus.pending
  private(set) var comment: String?
  /// Objects that came over the association itself.
  private var received = 0

  var isPending: Bool { status == .pending || status == .pendingWithWarning }

  /// All sub-operations were done.
  var isWhole: Bool { status == .success && failed == 0 }

  /// Objects that are here, some of them with a warning.
  var arrived: Int { max(completed + warned, received) }

  /// Objects in all, as far as is known; 0 for not known yet.
  var total: Int { max(completed + warned + failed + remaining, received) }

  /// An object came over the association itself.
  mutating func stored() { received += 1 }

  /// A response; what it does not say stays as it was.
  mutating func take(_ response: CommandSet) {
    if let number = response.numberOfCompletedSuboperations { completed = Int(number) }
    if let number = response.numberOfFailedSuboperations { failed = Int(number) }
    if let number = response.numberOfWarningSuboperations { warned = Int(number) }
    status = DIMSEStatus(response.status ?? DIMSEStatus.processingFailure.rawValue)
    // A final response has no remaining ones but after C-CANCEL.
    remaining = response.numberOfRemainingSuboperations.map(Int.init) ?? (isPending ? remaining : 0)
    comment = response.errorComment
  }

  /// Why not all came, for a person.
  /// - Parameter receiver: our AE title.
  func reason(receiver: String) -> String {
    if status == .moveDestinationUnknown {
      return "it does not know where \(receiver) is (status A801): our address must be entered there"
    }
    let said = comment.map { ": \($0)" } ?? ""
    if failed > 0 { return "\(failed) of \(total) objects were not sent, status \(status)\(said)" }
    return "status \(status)\(said)"
  }
}

/// Who follows a retrieval.
struct RetrievalWatch {
  /// An association was opened, which can be cut off.
  var opened: (BlockingAssociation) -> Void = { _ in }
  /// It went on. What this throws ends it.
  var told: (RetrievalCount) throws -> Void = { _ in }
}
