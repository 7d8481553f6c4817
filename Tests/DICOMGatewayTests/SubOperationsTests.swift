// SPDX-License-Identifier: Apache-2.0

import DICOMCore
import DICOMDictionary
import DICOMNetwork
import Testing

@testable import DICOMGateway

/// PS3.4 §C.4.2.1.6 and §C.4.3.1.4: counts and final status.
@Suite struct SubOperationsTests {
  private let command = CommandSet.cMoveRQ(messageID: 7, sopClass: "1.2.840.10008.5.1.4.1.2.2.2", destination: "D")

  private func run(_ outcomes: [InstanceSender.Outcome], total: Int? = nil) -> SubOperations {
    var operations = SubOperations(total: total ?? outcomes.count)
    for (index, outcome) in outcomes.enumerated() { operations.count(outcome, UID("1.2.\(index)")) }
    return operations
  }

  @Test(
    arguments: [
      ([], 0x0000), ([.completed, .completed], 0x0000), ([.completed, .warning], 0xB000),
      ([.completed, .failed], 0xB000), ([.failed, .failed], 0xA702),
    ] as [([InstanceSender.Outcome], UInt16)])
  func theFinalStatusSaysHowItWent(outcomes: [InstanceSender.Outcome], status: UInt16) {
    let (response, identifier) = run(outcomes).final(command, isCancelled: false)
    #expect(response.status == status)
    #expect(response.numberOfRemainingSuboperations == nil)
    #expect(response.numberOfFailedSuboperations == UInt16(outcomes.filter { $0 == .failed }.count))
    #expect((identifier != nil) == outcomes.contains(.failed))
    #expect(response.hasDataSet == (identifier != nil))
  }

  @Test func aCancelledRetrievalTellsWhatRemains() {
    let (response, _) = run([.completed], total: 3).final(command, isCancelled: true)
    #expect(response.status == 0xFE00)
    #expect(response.numberOfRemainingSuboperations == 2)
    #expect(response.numberOfCompletedSuboperations == 1)
  }

  @Test func pendingResponsesCount() {
    let response = run([.completed, .failed, .warning], total: 5).pending(command)
    #expect(response.status == 0xFF00)
    #expect(response.messageIDBeingRespondedTo == 7)
    #expect(response.numberOfRemainingSuboperations == 2)
    #expect(response.numberOfCompletedSuboperations == 1)
    #expect(response.numberOfFailedSuboperations == 1)
    #expect(response.numberOfWarningSuboperations == 1)
  }

  @Test func failedInstancesAreListed() {
    let (_, identifier) = run([.failed, .completed, .failed]).final(command, isCancelled: false)
    #expect(identifier?.strings(.failedSOPInstanceUIDList) == ["1.2.0", "1.2.2"])
  }
}
