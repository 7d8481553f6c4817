// SPDX-License-Identifier: Apache-2.0

import DICOMCore
import DICOMDictionary
import DICOMFile
import DICOMNetwork

/// The counts of a retrieval's sub-operations and the responses that carry them (PS3.4 §C.4.2.1, §C.4.3.1).
struct SubOperations {
  private(set) var remaining: Int
  private(set) var completed = 0
  private(set) var warning = 0
  private(set) var failed: [UID] = []
  private let total: Int

  init(total: Int) {
    self.total = total
    remaining = total
  }

  mutating func count(_ outcome: InstanceSender.Outcome, _ instance: UID) {
    remaining -= 1
    switch outcome {
    case .completed: completed += 1
    case .warning: warning += 1
    case .failed: failed.append(instance)
    }
  }

  /// A pending response.
  func pending(_ command: CommandSet) -> CommandSet {
    var response = counted(command.response(status: StatusCode.pending))
    response.numberOfRemainingSuboperations = UInt16(clamping: remaining)
    return response
  }

  /// The final response, and its identifier where instances failed.
  func final(_ command: CommandSet, isCancelled: Bool) -> (response: CommandSet, identifier: DataSet?) {
    let status: UInt16
    if isCancelled {
      status = StatusCode.cancelled
    } else if failed.count == total, total > 0 {
      status = StatusCode.subOperationsNotPerformed
    } else if !failed.isEmpty || warning > 0 {
      status = StatusCode.subOperationsCompleteWithFailures
    } else {
      status = StatusCode.success
    }
    var response = counted(command.response(status: status, hasDataSet: !failed.isEmpty))
    if isCancelled { response.numberOfRemainingSuboperations = UInt16(clamping: remaining) }
    guard !failed.isEmpty else { return (response, nil) }
    var identifier = DataSet()
    identifier.set(.failedSOPInstanceUIDList, .UI, failed.prefix(Self.maximumListed).map(\.rawValue))
    return (response, identifier)
  }

  /// A list of UIDs must fit into 65,534 bytes of an explicit VR value.
  static let maximumListed = 1000

  private func counted(_ response: CommandSet) -> CommandSet {
    var response = response
    response.numberOfCompletedSuboperations = UInt16(clamping: completed)
    response.numberOfFailedSuboperations = UInt16(clamping: failed.count)
    response.numberOfWarningSuboperations = UInt16(clamping: warning)
    return response
  }
}
