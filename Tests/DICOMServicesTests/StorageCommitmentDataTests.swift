// SPDX-License-Identifier: Apache-2.0

import DICOMCore
import DICOMDictionary
import DICOMServices
import Testing

/// PS3.4 tables J.3-1 and J.3-2.
struct StorageCommitmentDataTests {
  static let references = (1...3).map {
    SOPReference(sopClass: "1.2.840.10008.5.1.4.1.1.2", sopInstance: UID("1.2.\($0)"))
  }

  @Test func requestReadsBack() throws {
    let request = CommitmentRequest(transactionUID: "1.9", references: Self.references)
    #expect(try CommitmentRequest(request.information) == request)
  }

  @Test func resultReadsBack() throws {
    var result = CommitmentResult(
      transactionUID: "1.9", committed: Self.references, failed: [], retrieveAETitle: "MARTLET")
    #expect(try CommitmentResult(result.information) == result)
    #expect(result.eventTypeID == 1)
    #expect(result.information[.failedSOPSequence] == nil)
    result.failed = [CommitmentResult.Failed(Self.references[0], reason: 0x0112)]
    #expect(try CommitmentResult(result.information) == result)
    #expect(result.eventTypeID == 2)
    result.committed = []
    #expect(result.information[.referencedSOPSequence] == nil)
  }

  @Test(arguments: [Tag.transactionUID, .referencedSOPSequence])
  func whatIsMissingIsNamed(_ tag: DICOMCore.Tag) throws {
    var information = CommitmentRequest(transactionUID: "1.9", references: Self.references).information
    information.remove(tag)
    let fault = #expect(throws: AttributeFault.self) { try CommitmentRequest(information) }
    #expect(fault?.tag == tag)
    #expect(fault?.status == .invalidArgumentValue)
  }

  @Test func itemsMustNameClassAndInstance() throws {
    var information = CommitmentRequest(transactionUID: "1.9", references: Self.references).information
    var item = Self.references[0].item
    item.remove(.referencedSOPInstanceUID)
    information.set(.referencedSOPSequence, items: [Self.references[1].item, item])
    let fault = #expect(throws: AttributeFault.self) { try CommitmentRequest(information) }
    #expect(fault?.comment.contains("item 2") == true)
    information.set(.referencedSOPSequence, items: [])
    #expect(throws: AttributeFault.self) { try CommitmentRequest(information) }
    information.set(.transactionUID, .UI, "not a UID")
    #expect(throws: AttributeFault.self) { try CommitmentRequest(information) }
  }

  @Test func failureReasons() {
    #expect(CommitmentFailure.allCases.map(\.rawValue) == [0x0110, 0x0112, 0x0119, 0x0122, 0x0131, 0x0213])
  }
}
